using Aurora.NodeAgent.Journal;

namespace Aurora.NodeAgent.Tests.Journal;

/// <summary>A disk that is full when the test says so: half of what is written arrives, and then the call fails.</summary>
internal sealed class FailingDisk : JournalDisk
{
    public bool IsFull { get; set; }

    public override void Replace(string path, ReadOnlySpan<byte> content)
    {
        if (!IsFull)
        {
            base.Replace(path, content);
            return;
        }

        File.WriteAllBytes(path + ".tmp", content[..(content.Length / 2)]);
        throw new IOException("No space left on device");
    }

    public override void Append(FileStream file, ReadOnlySpan<byte> content)
    {
        if (!IsFull)
        {
            base.Append(file, content);
            return;
        }

        throw new IOException("No space left on device");
    }
}
