using k8s;
using k8s.Models;
using Microsoft.Extensions.Hosting;

namespace Aurora.Deploy.Tests;

public sealed class KubernetesTests
{
    // The client's strict mode refuses a field that the resource does not have.
    private static readonly List<object> Resources = [.. DeployFiles.Yaml("kubernetes", "kustomization.yaml").Texts("resources")
        .SelectMany(file => KubernetesYaml.LoadAllFromString(DeployFiles.Read("kubernetes", file), typeMap: null, strict: true))];

    [Fact]
    public void Every_manifest_is_listed() => Assert.Equal(
        Directory.GetFiles(Path.Combine(DeployFiles.Folder, "kubernetes")).Select(Path.GetFileName).Where(file => file != "kustomization.yaml").Order(StringComparer.Ordinal),
        DeployFiles.Yaml("kubernetes", "kustomization.yaml").Texts("resources").Order(StringComparer.Ordinal));

    [Fact]
    public void Two_silos_share_the_database_and_each_names_its_own_address()
    {
        var silos = Assert.Single(Resources.OfType<V1StatefulSet>(), set => set.Metadata.Name == "gpu-coordinator");
        var container = Assert.Single(silos.Spec.Template.Spec.Containers);

        Assert.Equal(2, silos.Spec.Replicas);
        Assert.Equal(8001, container.Ports.Single(port => port.Name == "http").ContainerPort);
        Assert.Equal("status.podIP", container.Env.Single(variable => variable.Name == "AURORA_ADVERTISED_HOST").ValueFrom.FieldRef.FieldPath);
        Assert.Equal("aurora-database", container.Env.Single(variable => variable.Name == "ConnectionStrings__Aurora").ValueFrom.SecretKeyRef.Name);
        Assert.Equal("/health/ready", container.ReadinessProbe.HttpGet.Path);
        Assert.True(silos.Spec.Template.Spec.SecurityContext.RunAsNonRoot);
    }

    [Fact]
    public void A_pod_has_the_time_that_its_program_takes_to_stop_and_no_way_to_the_clusters_api()
    {
        var pods = Resources.OfType<V1StatefulSet>().Select(set => set.Spec.Template.Spec).Concat(Resources.OfType<V1DaemonSet>().Select(set => set.Spec.Template.Spec)).ToList();

        Assert.Equal(3, pods.Count);
        Assert.All(pods, pod => Assert.False(pod.AutomountServiceAccountToken ?? true));
        Assert.All(pods, pod => Assert.True(
            TimeSpan.FromSeconds(pod.TerminationGracePeriodSeconds!.Value) > new HostOptions().ShutdownTimeout + TimeSpan.FromSeconds(pod.Containers[0].Lifecycle?.PreStop.Sleep.Seconds ?? 0)));
        Assert.NotNull(Assert.Single(pods, pod => pod.Containers[0].Name == "silo").Containers[0].Lifecycle);
    }

    [Fact]
    public void Both_silos_see_the_same_files_of_tasks()
    {
        var pod = Assert.Single(Resources.OfType<V1StatefulSet>(), set => set.Metadata.Name == "gpu-coordinator").Spec.Template.Spec;
        var directory = pod.Containers[0].Env.Single(variable => variable.Name == "AURORA_FILES_DIR").Value;
        var mount = Assert.Single(pod.Containers[0].VolumeMounts, mount => mount.MountPath == directory);
        var claim = pod.Volumes.Single(volume => volume.Name == mount.Name).PersistentVolumeClaim.ClaimName;

        Assert.Equal(["ReadWriteMany"], Resources.OfType<V1PersistentVolumeClaim>().Single(item => item.Metadata.Name == claim).Spec.AccessModes);
    }

    [Fact]
    public void An_agent_runs_on_every_gpu_machine_and_finds_the_coordinator()
    {
        var agents = Assert.Single(Resources.OfType<V1DaemonSet>());
        var container = Assert.Single(agents.Spec.Template.Spec.Containers);
        var address = new Uri(container.Env.Single(variable => variable.Name == "MESH_COORDINATOR_URL").Value);

        var service = Assert.Single(Resources.OfType<V1Service>(), service => service.Metadata.Name == address.Host);
        Assert.Contains(service.Spec.Ports, port => port.Port == address.Port);
        Assert.True(container.SecurityContext.RunAsNonRoot);
    }

    [Fact]
    public void A_selector_finds_its_pods_and_a_pod_its_volumes()
    {
        var templates = Resources.OfType<V1StatefulSet>().Select(set => (set.Spec.Selector, set.Spec.Template, Claims: set.Spec.VolumeClaimTemplates?.Select(claim => claim.Metadata.Name) ?? []))
            .Concat(Resources.OfType<V1DaemonSet>().Select(set => (set.Spec.Selector, set.Spec.Template, Claims: Enumerable.Empty<string>())))
            .ToList();

        Assert.All(templates, item => Assert.Equal(item.Selector.MatchLabels, item.Template.Metadata.Labels));
        Assert.All(templates, item => Assert.All(
            item.Template.Spec.Containers.SelectMany(container => container.VolumeMounts),
            mount => Assert.Contains(mount.Name, (item.Template.Spec.Volumes?.Select(volume => volume.Name) ?? []).Concat(item.Claims))));
        Assert.All(Resources.OfType<V1Service>(), service => Assert.Contains(templates, item => service.Spec.Selector.All(item.Template.Metadata.Labels.Contains)));
    }

    [Fact]
    public void Our_containers_are_told_only_what_the_product_reads()
    {
        var containers = Resources.OfType<V1StatefulSet>().SelectMany(set => set.Spec.Template.Spec.Containers)
            .Concat(Resources.OfType<V1DaemonSet>().SelectMany(set => set.Spec.Template.Spec.Containers))
            .Where(container => container.Image.StartsWith("aurora/", StringComparison.Ordinal))
            .ToList();

        Assert.Equal(2, containers.Count);
        Assert.All(containers, container => DeployFiles.AssertKnown(container.Name, container.Env.Select(variable => variable.Name)));
    }
}
