using System.Runtime.Versioning;
using Aurora.GpuProbes.Hosts;

namespace Aurora.NodeAgent.Tests.Gpus;

/// <summary>A temporary folder that stands for the root of a machine.</summary>
internal sealed class FakeTree : IDisposable
{
    public string Root { get; } = Directory.CreateTempSubdirectory("aurora-tree-").FullName;

    public HostFiles Files => new(Root);

    public FakeTree Write(string path, string text)
    {
        var full = Path.Combine(Root, path);
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        File.WriteAllText(full, text + "\n");
        return this;
    }

    /// <summary>A tool in the root folder that runs the given shell lines.</summary>
    [UnsupportedOSPlatform("windows")]
    public FakeTree WriteTool(string name, string lines)
    {
        Write(name, "#!/bin/sh\n" + lines);
        File.SetUnixFileMode(Path.Combine(Root, name), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        return this;
    }

    public void Dispose() => Directory.Delete(Root, recursive: true);
}
