namespace Aurora.EndToEnd.Tests.Harness;

/// <summary>The machines of the demonstration mesh.</summary>
internal static class Gpus
{
    public static readonly (string Type, int MemoryGb) Rtx4090 = ("RTX 4090", 24);

    public static readonly (string Type, int MemoryGb) A40 = ("A40", 48);

    public static readonly (string Type, int MemoryGb) M3Max = ("M3 Max", 36);
}
