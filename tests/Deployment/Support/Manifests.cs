using k8s;
using k8s.Models;
using YamlDotNet.Core;

namespace Coordination.Deployment;

/// <summary>
/// What is wrong with a set of Kubernetes manifests. Each is read strictly into the model of Kubernetes' own API, where a field that does
/// not exist is an error; then they are held against each other, and every pod against what we want of one.
/// </summary>
internal static class Manifests
{
    /// <summary>Secrets that people make by hand (docs/deployment.md); none stands in the tree.</summary>
    private static readonly string[] SecretsByHand = ["redis-password", "privacy-keys"];

    /// <summary>Made by kustomize from deploy/redis.</summary>
    private static readonly string[] GeneratedMaps = ["redis-config"];

    /// <summary>After the signal, beside the drain: for the places to move, and for the host to stop. Seconds.</summary>
    private const int ForPlacesAndStop = 10 + 20;

    public static IReadOnlyList<string> Complaints(IEnumerable<(string Path, string Text)> files)
    {
        var complaints = new List<string>();
        var all = new List<object>();
        foreach (var (path, text) in files)
        {
            try
            {
                all.AddRange(KubernetesYaml.LoadAllFromString(text, strict: true));
            }
            catch (Exception error) when (error is YamlException or InvalidOperationException or KeyNotFoundException or FormatException)
            {
                complaints.Add($"{path}: {error.Message} {error.InnerException?.Message}");
            }
        }
        if (complaints.Count > 0)
            return complaints;
        var pods = all.Select(PodOf).OfType<(string, V1PodTemplateSpec)>().ToList();
        var settings = all.OfType<V1ConfigMap>().ToDictionary(map => map.Metadata.Name, map => map.Data);
        foreach (var (name, pod) in pods)
            complaints.AddRange(new PodCheck(name, pod, all, settings).Complaints());
        complaints.AddRange(References(all, [.. pods.Select(pod => pod.Item2)]));
        return complaints;
    }

    private static (string, V1PodTemplateSpec)? PodOf(object manifest) => manifest switch
    {
        V1StatefulSet set => (set.Metadata.Name, set.Spec.Template),
        V1Deployment deployment => (deployment.Metadata.Name, deployment.Spec.Template),
        _ => null,
    };

    private static IEnumerable<string> References(List<object> all, List<V1PodTemplateSpec> pods)
    {
        bool Matches(IDictionary<string, string>? selector) => selector is { Count: > 0 } && pods.Any(pod => selector.All(label => pod.Metadata.Labels.TryGetValue(label.Key, out var value) && value == label.Value));
        foreach (var service in all.OfType<V1Service>())
        {
            if (service.Spec.Type is not (null or "ClusterIP"))
                yield return $"service {service.Metadata.Name} is reached from outside";
            if (!Matches(service.Spec.Selector))
                yield return $"service {service.Metadata.Name} selects no pod";
            foreach (var port in service.Spec.Ports)
            {
                if (!pods.Any(pod => pod.Spec.Containers.SelectMany(container => container.Ports).Any(named => named.Name == port.TargetPort?.Value)))
                    yield return $"service {service.Metadata.Name} goes to a port {port.TargetPort?.Value} that no pod has";
            }
        }
        foreach (var budget in all.OfType<V1PodDisruptionBudget>())
        {
            if (!Matches(budget.Spec.Selector.MatchLabels) || budget.Spec.MaxUnavailable?.Value is not "1")
                yield return $"budget {budget.Metadata.Name} keeps no pod, or lets more than one go";
        }
        foreach (var scaler in all.OfType<V2HorizontalPodAutoscaler>())
        {
            if (!all.OfType<V1Deployment>().Any(deployment => deployment.Metadata.Name == scaler.Spec.ScaleTargetRef.Name))
                yield return $"scaler {scaler.Metadata.Name} scales nothing";
        }
        foreach (var policy in all.OfType<V1NetworkPolicy>())
        {
            if (policy.Spec.PodSelector?.MatchLabels is { Count: > 0 } labels && !Matches(labels))
                yield return $"network policy {policy.Metadata.Name} holds for no pod";
        }
        if (!all.OfType<V1NetworkPolicy>().Any(policy => policy.Spec.PodSelector is { MatchLabels: null, MatchExpressions: null } && policy.Spec.PolicyTypes.Count == 2 && policy.Spec.Ingress is null && policy.Spec.Egress is null))
            yield return "no network policy closes what is not named";
        foreach (var role in all.OfType<V1Role>())
        {
            if (role.Rules.Any(rule => rule.Verbs.Concat(rule.Resources).Contains("*") || rule.Resources.Any(resource => resource is not "pods") || rule.Verbs.Except(["get", "list", "watch", "patch"]).Any()))
                yield return $"role {role.Metadata.Name} may do more than Orleans needs";
        }
        foreach (var binding in all.OfType<V1RoleBinding>())
        {
            if (!all.OfType<V1Role>().Any(role => role.Metadata.Name == binding.RoleRef.Name) || binding.Subjects.Any(subject => !HasAccount(all, subject.Name)))
                yield return $"binding {binding.Metadata.Name} binds what is not there";
        }
        if (all.OfType<V1Secret>().Any())
            yield return "a secret stands in the tree";
    }

    private static bool HasAccount(List<object> all, string name) => all.OfType<V1ServiceAccount>().Any(account => account.Metadata.Name == name);

    private sealed class PodCheck(string name, V1PodTemplateSpec pod, List<object> all, Dictionary<string, IDictionary<string, string>> settings)
    {
        private readonly List<string> complaints = [];

        public List<string> Complaints()
        {
            var spec = pod.Spec;
            Want(spec.SecurityContext is { RunAsNonRoot: true, RunAsUser: > 0, SeccompProfile.Type: "RuntimeDefault" }, "may run as root or with any system call");
            Want(HasAccount(all, spec.ServiceAccountName), "has an account that is not there");
            Want(spec.AutomountServiceAccountToken == (name == "silo"), "has a token of Kubernetes where it needs none, or lacks it");
            foreach (var volume in spec.Volumes)
            {
                Want(volume.Secret is null || SecretsByHand.Contains(volume.Secret.SecretName), $"wants the secret {volume.Secret?.SecretName}");
                Want(volume.ConfigMap is null || GeneratedMaps.Contains(volume.ConfigMap.Name) || settings.ContainsKey(volume.ConfigMap.Name), $"wants the map {volume.ConfigMap?.Name}");
            }
            var volumes = spec.Volumes.Select(volume => volume.Name).Concat(all.OfType<V1StatefulSet>().Where(set => set.Metadata.Name == name).SelectMany(set => set.Spec.VolumeClaimTemplates).Select(claim => claim.Metadata.Name)).ToHashSet();
            foreach (var container in spec.Containers)
                Container(container, volumes);
            if (name is not "redis")
                Host(spec);
            return complaints;
        }

        private void Container(V1Container container, HashSet<string> volumes)
        {
            Want(Images.IsPinned(container.Image), $"has an image without a version: {container.Image}");
            Want(container.SecurityContext is { AllowPrivilegeEscalation: false, ReadOnlyRootFilesystem: true } context && context.Capabilities.Drop.Contains("ALL"), "may change its files or gain rights");
            Want(container is { StartupProbe: not null, LivenessProbe: not null, ReadinessProbe: not null }, "is not asked how it is");
            Want(container.Resources is { Requests.Count: 2 } && container.Resources.Limits.ContainsKey("memory"), "has no bounds");
            Want(container.VolumeMounts.All(mount => volumes.Contains(mount.Name)), "mounts a volume that is not there");
            foreach (var probe in new[] { container.StartupProbe, container.LivenessProbe, container.ReadinessProbe }.OfType<V1Probe>())
            {
                if ((probe.HttpGet?.Port ?? probe.TcpSocket?.Port)?.Value is { } port)
                    Want(container.Ports.Any(named => named.Name == port), $"is asked at a port {port} that it does not have");
            }
            foreach (var map in (container.EnvFrom ?? []).Select(source => source.ConfigMapRef.Name))
                Want(settings.ContainsKey(map), $"wants the map {map}");
        }

        private void Host(V1PodSpec spec)
        {
            var container = spec.Containers.Single();
            var told = (container.EnvFrom ?? []).Select(source => source.ConfigMapRef.Name).Where(settings.ContainsKey).SelectMany(map => settings[map]).ToDictionary(pair => pair.Key, pair => pair.Value);
            var needed = int.Parse(told.GetValueOrDefault("Coordination__Cluster__DrainSeconds", "5"), null) + (container.Lifecycle?.PreStop?.Sleep?.Seconds ?? 0) + ForPlacesAndStop;
            Want(spec.TerminationGracePeriodSeconds > needed, $"is killed after {spec.TerminationGracePeriodSeconds} s, and may need {needed} s to stop");
            Want(container.ReadinessProbe?.HttpGet?.Path is "/health/ready" && container.LivenessProbe?.HttpGet?.Path is "/health/live", "is asked the wrong thing");
            Want(spec.TopologySpreadConstraints?.Count > 0, "may lie on one node with all others");
            var cluster = told.GetValueOrDefault("Coordination__Cluster__Id");
            // An edge takes these from the setting, a silo from Orleans' variables: otherwise they are two clusters.
            Want(told.GetValueOrDefault("ORLEANS_CLUSTER_ID") == cluster && told.GetValueOrDefault("ORLEANS_SERVICE_ID") is "coordination", "has two names for its cluster");
            if (name is not "silo")
                return;
            var labels = pod.Metadata.Labels;
            Want(labels.TryGetValue("orleans/clusterId", out var id) && id == cluster && labels.TryGetValue("orleans/serviceId", out var service) && service is "coordination", "lacks the labels of Orleans");
            var variables = container.Env.ToDictionary(variable => variable.Name, variable => variable.ValueFrom?.FieldRef?.FieldPath);
            Want(variables.GetValueOrDefault("POD_NAME") is "metadata.name" && variables.GetValueOrDefault("POD_NAMESPACE") is "metadata.namespace" && variables.GetValueOrDefault("POD_IP") is "status.podIP", "does not know its own name and address");
        }

        private void Want(bool holds, string otherwise)
        {
            if (!holds)
                complaints.Add($"{name} {otherwise}");
        }
    }
}
