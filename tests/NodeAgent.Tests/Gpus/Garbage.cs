namespace Aurora.NodeAgent.Tests.Gpus;

/// <summary>What a broken tool may print.</summary>
public static class Garbage
{
    public static TheoryData<string> Outputs { get; } =
    [
        "", "Segmentation fault", "{", "[", "[]", "{}", "null", "[1, \"a\", null, []]", "{\"gpu_data\": 3}", "{\"card0\": []}",
        "{\"device_list\": {}}", "{\"device_list\": [{\"device_id\": \"zero\"}]}", "{\"SPDisplaysDataType\": [7]}", "\0\u0001\uFFFD",
        new string('[', 5000),
    ];
}
