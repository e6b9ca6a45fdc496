using System.Text;
using Aurora.NodeAgent.Executors.Scripts;

namespace Aurora.NodeAgent.Tests.Executors;

public sealed class OutputTailTests
{
    [Fact]
    public void It_keeps_the_last_bytes_however_they_arrive()
    {
        var all = string.Concat(Enumerable.Range(0, 40).Select(number => (char)('a' + (number % 26))));
        foreach (var capacity in Enumerable.Range(1, 12))
        {
            foreach (var chunk in Enumerable.Range(1, 20))
            {
                var tail = new OutputTail(capacity);
                foreach (var piece in all.Chunk(chunk))
                {
                    tail.Append(Encoding.UTF8.GetBytes(piece));
                }

                Assert.Equal(all[^capacity..], tail.ToText());
                Assert.Equal(all.Length, tail.TotalBytes);
            }
        }
    }

    [Fact]
    public void A_character_that_is_cut_at_the_start_is_left_out_and_what_is_no_text_is_marked()
    {
        var cut = new OutputTail(4);
        cut.Append("€€"u8);
        Assert.Equal("€", cut.ToText());

        var broken = new OutputTail(8);
        broken.Append([0x61, 0xFF, 0x00, 0x62]);
        Assert.Equal("a\uFFFD\uFFFDb", broken.ToText());
    }
}
