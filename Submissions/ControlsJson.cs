using System.Text.Json;
using Aurora.Grains.Interfaces.Tasks;

namespace Aurora.Submissions;

/// <summary>What a task says beyond its needs, in the form in which it was submitted.</summary>
public static class ControlsJson
{
    /// <summary>Writes those members that the task has, into the object that is open.</summary>
    public static void Write(Utf8JsonWriter writer, TaskControls? controls, WebhookView? webhook, DateTimeOffset submittedAt)
    {
        if (controls is null)
        {
            return;
        }

        WriteTimeouts(writer, controls.Timeouts);
        if (controls.RetryOn is not null || controls.ExitCodes is not null)
        {
            writer.WriteStartObject("retry");
            WriteArray(writer, "on", controls.RetryOn, static (writer, kind) => writer.WriteStringValue(kind));
            WriteArray(writer, "exit_codes", controls.ExitCodes, static (writer, code) => writer.WriteNumberValue(code));
            writer.WriteEndObject();
        }

        WriteArray(writer, "after", controls.After, static (writer, after) =>
        {
            writer.WriteStartObject();
            writer.WriteString("task", after.TaskId);
            writer.WriteString("on", after.AnyEnd ? "end" : "success");
            writer.WriteEndObject();
        });
        if (controls.Labels is { } labels)
        {
            writer.WriteStartObject("labels");
            foreach (var (key, value) in labels)
            {
                writer.WriteString(key, value);
            }

            writer.WriteEndObject();
        }

        WriteTurn(writer, controls, submittedAt);
        if (controls.Webhook is { } url)
        {
            WriteWebhook(writer, url, webhook);
        }
    }

    /// <summary>Writes the limits in time that a node is to enforce.</summary>
    public static void WriteTimeouts(Utf8JsonWriter writer, TaskTimeouts? timeouts)
    {
        if (timeouts is null)
        {
            return;
        }

        writer.WriteStartObject("timeouts");
        WriteSeconds(writer, "queue_s", timeouts.QueueS);
        WriteSeconds(writer, "start_s", timeouts.StartS);
        WriteSeconds(writer, "run_s", timeouts.RunS);
        WriteSeconds(writer, "progress_s", timeouts.ProgressS);
        writer.WriteEndObject();
    }

    private static void WriteTurn(Utf8JsonWriter writer, TaskControls controls, DateTimeOffset submittedAt)
    {
        if (controls.Tenant is { } tenant)
        {
            writer.WriteString("tenant", tenant);
        }

        WriteSeconds(writer, "duration_s", controls.DurationS);
        if (controls.DeadlineOf(submittedAt) is { } deadline)
        {
            writer.WriteString("deadline", deadline);
            writer.WriteString("on_late", controls.FailsLate ? "fail" : "run");
        }
    }

    private static void WriteWebhook(Utf8JsonWriter writer, string url, WebhookView? webhook)
    {
        writer.WriteStartObject("webhook");
        writer.WriteString("url", url);
        if (webhook is not null)
        {
            writer.WriteString("state", webhook.State);
            writer.WriteNumber("attempts", webhook.Attempts);
            if (webhook.Error is not null)
            {
                writer.WriteString("error", webhook.Error);
            }
        }

        writer.WriteEndObject();
    }

    private static void WriteArray<T>(Utf8JsonWriter writer, string name, T[]? items, Action<Utf8JsonWriter, T> write)
    {
        if (items is null)
        {
            return;
        }

        writer.WriteStartArray(name);
        foreach (var item in items)
        {
            write(writer, item);
        }

        writer.WriteEndArray();
    }

    private static void WriteSeconds(Utf8JsonWriter writer, string name, double? seconds)
    {
        if (seconds is { } set)
        {
            writer.WriteNumber(name, set);
        }
    }
}
