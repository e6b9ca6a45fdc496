using Aurora.Grains.Interfaces.Routes;
using Aurora.Storage;

namespace Aurora.Grains.Routes;

/// <summary>Keeps the routes and counts what went by them. Routes are stored at once, counts every few seconds.</summary>
[GrainType("aurora.routes")]
internal sealed class RouteGrain(
    [PersistentState("routes", StorageNames.Grains)] IPersistentState<RouteGrainState> storage, TimeProvider time) : Grain, IRouteGrain
{
    private static readonly TimeSpan WriteInterval = TimeSpan.FromSeconds(5);

    private bool isDirty;

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        this.RegisterGrainTimer(_ => isDirty ? CommitAsync() : Task.CompletedTask, WriteInterval, WriteInterval);
        return Task.CompletedTask;
    }

    public override async Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        if (isDirty && reason.ReasonCode != DeactivationReasonCode.ActivationFailed)
        {
            await storage.WriteStateAsync(cancellationToken);
        }
    }

    public Task<ModelRoute[]> ListAsync() => Task.FromResult<ModelRoute[]>([.. storage.State.Routes]);

    public async Task PutAsync(ModelRoute route)
    {
        var before = Find(route.Name);
        foreach (var variant in before?.Variants ?? [])
        {
            var now = Array.Find(route.Variants, each => each.Name == variant.Name);
            if (now is null || now.Model != variant.Model || !SameLabels(now.NodeLabels, variant.NodeLabels))
            {
                storage.State.Seen.Remove(Key(route.Name, variant.Name));
            }
        }

        foreach (var variant in route.Variants)
        {
            storage.State.Seen.TryAdd(Key(route.Name, variant.Name), new StoredVariant { Since = time.GetUtcNow() });
        }

        storage.State.Routes = [.. storage.State.Routes.Where(each => each.Name != route.Name).Append(route).OrderBy(each => each.Name, StringComparer.Ordinal)];
        await CommitAsync();
    }

    public async Task<bool> DeleteAsync(string name)
    {
        if (Find(name) is not { } route)
        {
            return false;
        }

        foreach (var variant in route.Variants)
        {
            storage.State.Seen.Remove(Key(name, variant.Name));
        }

        storage.State.Routes = [.. storage.State.Routes.Where(each => each.Name != name)];
        await CommitAsync();
        return true;
    }

    public Task RecordAsync(RouteSample[] samples)
    {
        foreach (var sample in samples)
        {
            if (storage.State.Seen.TryGetValue(Key(sample.Route, sample.Variant), out var seen))
            {
                seen.Count(sample);
                isDirty = true;
            }
        }

        return Task.CompletedTask;
    }

    public Task<VariantReport[]?> ReportAsync(string name)
    {
        if (Find(name) is not { } route)
        {
            return Task.FromResult<VariantReport[]?>(null);
        }

        var first = storage.State.Seen[Key(name, route.Variants[0].Name)];
        return Task.FromResult<VariantReport[]?>(
            [.. route.Variants.Select((variant, index) => storage.State.Seen[Key(name, variant.Name)].ToReport(variant, index == 0 ? null : first))]);
    }

    private static string Key(string route, string variant) => $"{route}/{variant}";

    private static bool SameLabels(Dictionary<string, string>? one, Dictionary<string, string>? other) =>
        (one ?? []).OrderBy(label => label.Key, StringComparer.Ordinal).SequenceEqual((other ?? []).OrderBy(label => label.Key, StringComparer.Ordinal));

    private ModelRoute? Find(string name) => Array.Find(storage.State.Routes, route => route.Name == name);

    private async Task CommitAsync()
    {
        try
        {
            await storage.WriteStateAsync();
            isDirty = false;
        }
        catch
        {
            // The write may or may not have landed, so memory no longer knows the truth. Reload it.
            isDirty = false;
            DeactivateOnIdle();
            throw;
        }
    }
}
