using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Aurora.NodeAgent.Tests.Gpus;

/// <summary>Compiles the stand-in for the NVIDIA library once for all tests that need it.</summary>
public sealed class FakeNvmlLibrary : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("aurora-nvml-");

    public FakeNvmlLibrary()
    {
        Path = System.IO.Path.Combine(_folder.FullName, "libnvidia-ml.so.1");
        var source = System.IO.Path.Combine(AppContext.BaseDirectory, "Gpus", "Native", "fake-nvml.c");
        Process compiler;
        try
        {
            compiler = Process.Start("cc", ["-shared", "-fPIC", "-w", "-o", Path, source]);
        }
        catch (System.ComponentModel.Win32Exception exception)
        {
            throw new InvalidOperationException("These tests need a C compiler named cc on the PATH; install gcc or clang.", exception);
        }

        compiler.WaitForExit();
        Assert.True(compiler.ExitCode == 0, $"cc could not compile {source}; its message is above.");
        SetInitCode(0);
    }

    public string Path { get; }

    /// <summary>What the library's start answers from now on.</summary>
    public void SetInitCode(int code) =>
        Marshal.GetDelegateForFunctionPointer<SetCode>(NativeLibrary.GetExport(NativeLibrary.Load(Path), "fake_nvml_set_init_code"))(code);

    // The library stays mapped; its file may go.
    public void Dispose() => _folder.Delete(recursive: true);

    private delegate void SetCode(int code);
}
