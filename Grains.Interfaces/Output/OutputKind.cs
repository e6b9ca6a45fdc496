namespace Aurora.Grains.Interfaces.Output;

/// <summary>What a piece of an attempt's output is.</summary>
public enum OutputKind
{
    /// <summary>A piece of what the attempt's process wrote on its standard output.</summary>
    Stdout,

    /// <summary>The same of its standard error.</summary>
    Stderr,

    /// <summary>One event of a streamed answer: the JSON text that an inference server sent after <c>data:</c>.</summary>
    Delta,

    /// <summary>One JSON object that says how far the attempt is.</summary>
    Progress,

    /// <summary>What an inference server answered instead of serving the request: a JSON object with its <c>status</c> and <c>body</c>.</summary>
    Refusal,
}
