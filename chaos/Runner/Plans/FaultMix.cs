namespace Aurora.Chaos.Runner.Plans;

/// <summary>Draws a schedule of faults from a seed.</summary>
internal static class FaultMix
{
    private static readonly TimeSpan RestartAfter = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan SilosApart = TimeSpan.FromSeconds(20);

    /// <summary>
    /// A kill of a silo, a gateway or an agent every <paramref name="every"/>, silos at most one in 20 s so that the others
    /// can take over; between them freezes, cuts and disturbed links; a kill of the database every
    /// <paramref name="databaseEvery"/>.
    /// </summary>
    public static List<PlannedFault> Mixed(int seed, TimeSpan load, TimeSpan every, TimeSpan databaseEvery, bool realAgents)
    {
        var random = new Random(seed);
        var faults = new List<PlannedFault>();
        var lastSilo = -SilosApart;
        var lastDatabase = TimeSpan.Zero;
        for (var at = TimeSpan.FromSeconds(3); at < load - TimeSpan.FromSeconds(5); at += every)
        {
            if (at - lastDatabase >= databaseEvery)
            {
                lastDatabase = at;
                Add(random.Next(3) == 0 ? FaultKind.FreezeDatabase : FaultKind.KillDatabase, at, TimeSpan.FromSeconds(1 + random.Next(5)));
                continue;
            }

            if (at - lastSilo >= SilosApart && random.Next(3) > 0)
            {
                lastSilo = at;
                var kind = random.Next(6) switch { 0 => FaultKind.FreezeSilo, 1 => FaultKind.StopSilo, _ => FaultKind.KillSilo };
                Add(kind, at, kind == FaultKind.FreezeSilo ? TimeSpan.FromSeconds(12) : RestartAfter);
                continue;
            }

            switch (random.Next(realAgents ? 10 : 8))
            {
                case 0 or 1:
                    Add(FaultKind.KillGateway, at, RestartAfter);
                    break;
                case 2:
                    Add(FaultKind.FreezeAgent, at, TimeSpan.FromSeconds(2 + random.Next(25)));
                    break;
                case 3:
                    Add(FaultKind.CutAgent, at, TimeSpan.FromSeconds(2 + random.Next(20)));
                    break;
                case 4:
                    Add(FaultKind.DisturbAgents, at, TimeSpan.FromSeconds(5 + random.Next(10)));
                    break;
                case 8 or 9:
                    Add(FaultKind.KillRealAgent, at, RestartAfter);
                    break;
                default:
                    Add(FaultKind.KillAgent, at, RestartAfter);
                    break;
            }
        }

        return faults;

        void Add(FaultKind kind, TimeSpan at, TimeSpan lasts) => faults.Add(new PlannedFault(faults.Count + 1, kind, at, lasts, random.Next()));
    }

    /// <summary>The same fault again and again.</summary>
    public static List<PlannedFault> Repeated(int seed, FaultKind kind, int times, TimeSpan every, params double[] lastsSeconds)
    {
        var random = new Random(seed);
        return
        [
            .. Enumerable.Range(0, times).Select(index => new PlannedFault(
                index + 1, kind, TimeSpan.FromSeconds(5) + (index * every), TimeSpan.FromSeconds(lastsSeconds[index % lastsSeconds.Length]), random.Next())),
        ];
    }
}
