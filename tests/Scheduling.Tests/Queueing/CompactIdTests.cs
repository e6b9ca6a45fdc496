using Aurora.Scheduling.Queueing;
using CsCheck;

namespace Aurora.Scheduling.Tests.Queueing;

public sealed class CompactIdTests
{
    [Theory]
    [InlineData("task_0199999999997999899900000000abcd")]
    [InlineData("task_ffffffffffffffffffffffffffffffff")]
    [InlineData("task_0199999999997999899900000000abcd-000000")]
    [InlineData("task_0199999999997999899900000000abcd-999999")]
    public void An_id_of_the_mesh_comes_back_as_it_was(string taskId)
    {
        Assert.True(CompactId.TryParse(taskId, out var id));
        Assert.Equal(taskId, id.ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("task_7")]
    [InlineData("Task_0199999999997999899900000000abcd")]
    [InlineData("task_0199999999997999899900000000ABCD")]
    [InlineData("task_0199999999997999899900000000abc ")]
    [InlineData("task_0199999999997999899900000000abcg")]
    [InlineData("task_0199999999997999899900000000abcd-00000")]
    [InlineData("task_0199999999997999899900000000abcd-+00001")]
    [InlineData("task_0199999999997999899900000000abcd-00000a")]
    [InlineData("task_0199999999997999899900000000abcd_000001")]
    [InlineData("task_0199999999997999899900000000abcd-0000001")]
    public void An_id_that_would_not_come_back_is_left_as_text(string taskId) => Assert.False(CompactId.TryParse(taskId, out _));

    [Fact]
    public void Ids_sort_as_their_texts_do() =>
        Gen.Select(Gen.ULong[0, 3], Gen.ULong, Gen.Int[-1, 2]).Array[2].Sample(parts =>
        {
            var ids = parts.Select(part => new CompactId(part.Item1 << 60, part.Item2 & 1UL << 63, part.Item3)).ToArray();

            Assert.Equal(
                Math.Sign(string.CompareOrdinal(ids[0].ToString(), ids[1].ToString())),
                Math.Sign(ids[0].CompareTo(ids[1])));
        });
}
