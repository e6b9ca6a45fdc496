namespace Aurora.Grains.Interfaces.Tasks;

/// <summary>What became of an attempt's report. In every case the node may forget the attempt.</summary>
public enum ReportVerdict
{
    /// <summary>The report decided the task.</summary>
    Accepted,

    /// <summary>The attempt is not the current one, or the task has ended: the report changed nothing.</summary>
    Stale,
}
