using System.Text.Json;

namespace Aurora.Submissions;

/// <summary>Walks over user JSON that is kept as it is, refusing only what is no text.</summary>
internal static class UserText
{
    /// <summary>The name that the reader stands on, fit to be shown in an error.</summary>
    public static string Name(ref Utf8JsonReader reader, string parent, ref FieldErrors errors)
    {
        if (reader.ValueIsEscaped && EscapeCheck.FindFault(reader.ValueSpan) is { } fault)
        {
            errors.Add(parent, "has a member whose name " + fault);
            return parent;
        }

        return reader.GetString()!;
    }

    /// <summary>Skips the value that the reader stands on and refuses strings in it that are no text.</summary>
    public static void Skip(ref Utf8JsonReader reader, string field, ref FieldErrors errors)
    {
        var depth = reader.CurrentDepth;
        var isContainer = reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray;
        do
        {
            if (reader.ValueIsEscaped && EscapeCheck.FindFault(reader.ValueSpan) is { } fault)
            {
                errors.Add(field, fault);

                // One fault a field is enough to act on, however many it has.
                while (isContainer && reader.CurrentDepth > depth && reader.Read())
                {
                }

                return;
            }
        }
        while (isContainer && reader.Read() && reader.CurrentDepth > depth);
    }

    /// <summary>The string that the reader stands on, unless it is no text.</summary>
    public static bool TryGet(ref Utf8JsonReader reader, out string text)
    {
        if (reader.ValueIsEscaped && EscapeCheck.FindFault(reader.ValueSpan) is not null)
        {
            text = "";
            return false;
        }

        text = reader.GetString()!;
        return true;
    }
}
