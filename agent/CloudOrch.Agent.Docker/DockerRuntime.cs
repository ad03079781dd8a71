using System.Globalization;
using System.Net;
using System.Runtime.CompilerServices;
using System.Text;
using CloudOrch.Agent.Runtime;
using CloudOrch.Domain.Nodes;
using Docker.DotNet;
using Docker.DotNet.Models;
using ContainerSpec = CloudOrch.Agent.Runtime.ContainerSpec;

namespace CloudOrch.Agent.Docker;

/// <summary>Runs pods on a Docker engine. Everything it makes carries this agent's label; nothing without it is touched.</summary>
/// <param name="agentId">Stays the same over restarts: it is how an agent knows its containers again.</param>
public sealed class DockerRuntime(IDockerClient docker, string agentId, TimeProvider clock) : IContainerRuntime
{
    private readonly DockerLabels _labels = new(agentId);
    private readonly DockerRequests _requests = new(new DockerLabels(agentId), NetworkName(agentId));
    private readonly DockerImages _images = new(docker, clock);
    private readonly PodLinks _links = new(BridgeName(agentId));
    private readonly ContainerMeter _meter = new();
    private PodAddresses? _addresses;

    /// <summary>Of the pods' network on the engine.</summary>
    public static string NetworkName(string agentId) => "cloudorch-" + agentId;

    private static string BridgeName(string agentId) => "co" + (agentId.Length > 12 ? agentId[..12] : agentId);

    public Task<EngineInfo> InspectEngineAsync(CancellationToken ct) => DockerErrors.CallAsync(
        async () =>
        {
            var info = await docker.System.GetSystemInfoAsync(ct).ConfigureAwait(false);
            string architecture = info.Architecture switch { "x86_64" => "amd64", "aarch64" => "arm64", var other => other };
            return new EngineInfo("docker://" + info.ServerVersion, architecture, info.KernelVersion, info.OperatingSystem, (int)info.NCPU, info.MemTotal, info.DockerRootDir ?? "");
        },
        ct);

    public async Task PrepareAsync(string podCidr, CancellationToken ct)
    {
        var engine = await InspectEngineAsync(ct).ConfigureAwait(false);
        await _images.LoadPauseAsync(engine.Architecture, ct).ConfigureAwait(false);
        await DockerErrors.CallAsync(() => EnsureNetworkAsync(podCidr, ct), ct).ConfigureAwait(false);
        if (_addresses?.Range.ToString() != podCidr)
            _addresses = new PodAddresses(IPNetwork.Parse(podCidr), clock);
    }

    public Task<IReadOnlyList<ObservedContainer>> ListAsync(IReadOnlyDictionary<string, ObservedContainer> known, CancellationToken ct) => DockerErrors.CallAsync(
        async () =>
        {
            var listed = await docker.Containers.ListContainersAsync(
                new ContainersListParameters { All = true, Filters = Filters(("label", _labels.Filter)) }, ct).ConfigureAwait(false);
            _addresses?.Learn([.. listed.Select(AddressOf).OfType<KeyValuePair<string, IPAddress>>()]);
            var all = await Task.WhenAll(listed.Select(async one =>
            {
                var phase = PhaseOf(one.State);
                if (_labels.Read(one.ID, one.Labels) is not { } ours)
                    return null;
                return known.TryGetValue(one.ID, out var before) && before.Phase == phase ? before : await InspectOrRemoveAsync(ours, ct).ConfigureAwait(false);
            })).ConfigureAwait(false);
            return (IReadOnlyList<ObservedContainer>)[.. all.OfType<ObservedContainer>()];
        },
        ct);

    public Task WatchAsync(DateTimeOffset since, Action<RuntimeEvent> happened, CancellationToken ct) => DockerErrors.CallAsync(
        async () =>
        {
            var filters = Filters(("label", _labels.Filter), ("type", "container"), ("event", "start"), ("event", "die"), ("event", "oom"), ("event", "destroy"));
            var parameters = new ContainerEventsParameters { Since = since.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture), Filters = filters };
            await docker.System.MonitorEventsAsync(parameters, new Each<Message>(m => Translate(m, happened)), ct).ConfigureAwait(false);
            ct.ThrowIfCancellationRequested();
            throw new IOException("it ended the stream of events");
        },
        ct);

    public Task<string?> FindImageAsync(string image, CancellationToken ct) => _images.FindAsync(image, ct);

    public Task<PullOutcome> PullImageAsync(string image, CancellationToken ct) => _images.PullAsync(image, ct);

    public Task<IReadOnlyList<StoredImage>> ListImagesAsync(CancellationToken ct) => _images.ListAsync(ct);

    public Task<string?> RemoveImageAsync(string id, CancellationToken ct) => _images.RemoveAsync(id, ct);

    public Task<string?> ReleaseAsync(CancellationToken ct) => DockerErrors.CallAsync(
        async Task<string?> () =>
        {
            try
            {
                await docker.Networks.DeleteNetworkAsync(NetworkName(agentId), ct).ConfigureAwait(false);
                return null;
            }
            catch (DockerNetworkNotFoundException)
            {
                return null;
            }
            catch (DockerApiException refused)
            {
                return DockerErrors.Words(refused);
            }
        },
        ct);

    public async Task<RunOutcome> RunSandboxAsync(SandboxSpec spec, CancellationToken ct)
    {
        const string Failed = "CreatePodSandboxError";
        if (spec.HostNetwork || _addresses is not { } addresses || !_links.IsPossible)
            return await RunAsync(_requests.Sandbox(spec, null, linked: false), spec.Identity, "", Failed, Failed, ct).ConfigureAwait(false);
        string name = DockerLabels.NameOf(spec.Identity);
        if (addresses.Reserve(name) is not { } address)
            return new RunOutcome.Refused(Failed, $"no address is left in the node's pod range {addresses.Range}");
        var outcome = await RunAsync(_requests.Sandbox(spec, address.ToString(), linked: spec.Ports.Count == 0), spec.Identity, "", Failed, Failed, ct).ConfigureAwait(false);
        if (outcome is not RunOutcome.There)
            addresses.Free(name);
        return outcome;
    }

    public Task<RunOutcome> RunContainerAsync(ContainerSpec spec, CancellationToken ct) =>
        RunAsync(_requests.Container(spec), spec.Identity, spec.ImageId, "CreateContainerError", "RunContainerError", ct, spec.MayStart);

    public Task StopAsync(string id, long graceSeconds, CancellationToken ct) => DockerErrors.CallAsync(
        async () =>
        {
            try
            {
                if (graceSeconds <= 0)
                    await docker.Containers.KillContainerAsync(id, new ContainerKillParameters { Signal = "SIGKILL" }, ct).ConfigureAwait(false);
                else
                    await docker.Containers.StopContainerAsync(id, new ContainerStopParameters { WaitBeforeKillSeconds = (uint)graceSeconds }, ct).ConfigureAwait(false);
            }
            catch (DockerApiException gone) when (gone.StatusCode is HttpStatusCode.NotFound or HttpStatusCode.Conflict)
            {
                // It is not there, or does not run: as wanted.
            }
        },
        ct);

    public Task RemoveAsync(string id, CancellationToken ct) => DockerErrors.CallAsync(
        async () =>
        {
            try
            {
                await docker.Containers.RemoveContainerAsync(id, new ContainerRemoveParameters { Force = true, RemoveVolumes = true }, ct).ConfigureAwait(false);
            }
            catch (DockerApiException gone) when (gone.StatusCode is HttpStatusCode.NotFound or HttpStatusCode.Conflict)
            {
                // It is not there, or is being removed already.
            }
        },
        ct);

    public Task<IReadOnlyDictionary<string, UsageTotals>> MeasureAsync(IReadOnlyCollection<string> ids, CancellationToken ct) => Task.Run(() => _meter.Measure(ids), ct);

    public Task<ExecOutcome> ExecAsync(string id, IReadOnlyList<string> command, TimeSpan timeout, CancellationToken ct) => DockerErrors.CallAsync(
        async () =>
        {
            using var deadline = CancellationTokenSource.CreateLinkedTokenSource(ct);
            using var timer = clock.CreateTimer(_ => deadline.Cancel(), null, timeout, Timeout.InfiniteTimeSpan);
            try
            {
                var exec = await docker.Exec.ExecCreateContainerAsync(
                    id, new ContainerExecCreateParameters { Cmd = [.. command], AttachStdout = true, AttachStderr = true }, deadline.Token).ConfigureAwait(false);
                using var output = await docker.Exec.StartAndAttachContainerExecAsync(exec.ID, false, deadline.Token).ConfigureAwait(false);
                string text = await ReadShortAsync(output, deadline.Token).ConfigureAwait(false);
                return new ExecOutcome((await docker.Exec.InspectContainerExecAsync(exec.ID, deadline.Token).ConfigureAwait(false)).ExitCode, text);
            }
            catch (OperationCanceledException) when (!ct.IsCancellationRequested)
            {
                return new ExecOutcome(null, $"command timed out after {timeout.TotalSeconds:0} s");
            }
            catch (DockerApiException refused)
            {
                return new ExecOutcome(-1, DockerErrors.Words(refused));
            }
        },
        ct);

    public async IAsyncEnumerable<ReadOnlyMemory<byte>> ReadLogAsync(string id, LogOptions options, [EnumeratorCancellation] CancellationToken ct)
    {
        using var log = await DockerErrors.CallAsync(() => OpenLogAsync(id, options, ct), ct).ConfigureAwait(false);
        byte[] buffer = new byte[16 * 1024];
        while (await DockerErrors.CallAsync(() => log.ReadOutputAsync(buffer, 0, buffer.Length, ct), ct).ConfigureAwait(false) is { EOF: false } read)
            yield return buffer.AsMemory(0, read.Count).ToArray();
    }

    private async Task<MultiplexedStream> OpenLogAsync(string id, LogOptions options, CancellationToken ct)
    {
        bool tty = (await docker.Containers.InspectContainerAsync(id, ct).ConfigureAwait(false)).Config.Tty;
        var parameters = new ContainerLogsParameters
        {
            ShowStdout = true,
            ShowStderr = true,
            Follow = options.Follow,
            Timestamps = options.Timestamps,
            Tail = options.TailLines?.ToString(CultureInfo.InvariantCulture),
            Since = options.Since is { } since ? (since.ToUnixTimeMilliseconds() / 1000.0).ToString("0.000", CultureInfo.InvariantCulture) : null,
        };
        return await docker.Containers.GetContainerLogsAsync(id, tty, parameters, ct).ConfigureAwait(false);
    }

    private Task<RunOutcome> RunAsync(
        CreateContainerParameters request, ContainerIdentity identity, string imageId, string createReason, string startReason, CancellationToken ct,
        Func<string, bool>? mayStart = null) => DockerErrors.CallAsync(
        async () =>
        {
            string id;
            try
            {
                id = (await docker.Containers.CreateContainerAsync(request, ct).ConfigureAwait(false)).ID;
            }
            catch (DockerApiException refused) when (refused.StatusCode == HttpStatusCode.Conflict)
            {
                // The name is taken: by the same container, made before an answer was lost or the agent died; or by somebody else's.
                switch (await FindAsync(request.Name, ct).ConfigureAwait(false))
                {
                    case null:
                        return new RunOutcome.Refused(createReason, DockerErrors.Words(refused));
                    case { Phase: ContainerPhase.Created } made when made.FenceEra != identity.FenceEra:
                        await RemoveAsync(made.Id, ct).ConfigureAwait(false);
                        return new RunOutcome.Refused(createReason, "a container from before this node's fence lapsed was in its place");
                    case { Phase: ContainerPhase.Created } made:
                        id = made.Id;
                        break;
                    case var found:
                        return new RunOutcome.There(found);
                }
            }
            catch (DockerApiException refused)
            {
                string words = DockerErrors.Words(refused);
                return refused.StatusCode == HttpStatusCode.NotFound && words.Contains("No such image", StringComparison.OrdinalIgnoreCase)
                    ? new RunOutcome.ImageMissing()
                    : new RunOutcome.Refused(createReason, words);
            }

            if (mayStart?.Invoke(id) == false)
            {
                await RemoveAsync(id, ct).ConfigureAwait(false);
                return new RunOutcome.Refused(startReason, "this node's fence does not let it start");
            }

            return await StartAsync(id, identity, imageId, startReason, ct).ConfigureAwait(false);
        },
        ct);

    private async Task<RunOutcome> StartAsync(string id, ContainerIdentity identity, string imageId, string reason, CancellationToken ct)
    {
        try
        {
            await docker.Containers.StartContainerAsync(id, new ContainerStartParameters(), ct).ConfigureAwait(false);
        }
        catch (DockerApiException refused)
        {
            await RemoveAsync(id, ct).ConfigureAwait(false);
            return new RunOutcome.Refused(reason, DockerErrors.Words(refused));
        }

        var observed = identity.Observed(id) with { Phase = ContainerPhase.Running, ImageId = imageId, StartedAt = clock.GetUtcNow(), CreatedAt = clock.GetUtcNow() };
        if (identity.Role != ContainerRole.Sandbox)
            return new RunOutcome.There(observed);
        try
        {
            return await InspectAsync(observed, ct).ConfigureAwait(false) is { } linked
                ? new RunOutcome.There(linked)
                : new RunOutcome.Refused(reason, "the sandbox was removed while it started");
        }
        catch (PodLinkException e)
        {
            await RemoveAsync(id, ct).ConfigureAwait(false);
            return new RunOutcome.Refused(reason, e.Message);
        }
    }

    /// <summary>Our container of this name; null when the name is somebody else's.</summary>
    /// <remarks>A name is taken a moment before its container can be seen: it is looked for some more times.</remarks>
    private async Task<ObservedContainer?> FindAsync(string name, CancellationToken ct)
    {
        for (int left = 20; ; left--)
        {
            try
            {
                var found = await docker.Containers.InspectContainerAsync(name, ct).ConfigureAwait(false);
                return _labels.Read(found.ID, found.Config.Labels) is { } ours ? await InspectOrRemoveAsync(ours, ct).ConfigureAwait(false) : null;
            }
            catch (DockerContainerNotFoundException) when (left > 0)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(50), clock, ct).ConfigureAwait(false);
            }
            catch (DockerContainerNotFoundException)
            {
                return null;
            }
        }
    }

    private async Task<ObservedContainer?> InspectAsync(ObservedContainer ours, CancellationToken ct)
    {
        ContainerInspectResponse found;
        try
        {
            found = await docker.Containers.InspectContainerAsync(ours.Id, ct).ConfigureAwait(false);
        }
        catch (DockerContainerNotFoundException)
        {
            return null; // removed since it was listed
        }

        var observed = Observe(ours, found);
        if (ours.Role != ContainerRole.Sandbox || found.HostConfig?.NetworkMode != "none" || found.Config.Labels?.TryGetValue(DockerLabels.Address, out string? address) != true)
            return observed;
        // Also one that an agent started and did not live to link.
        if (observed.Phase == ContainerPhase.Running && !PodLinks.IsWhole(ours.Id) && _addresses is { } addresses)
            await _links.MakeAsync(ours.Id, found.State.Pid, IPAddress.Parse(address!), addresses, ct).ConfigureAwait(false);
        return observed with { Address = address };
    }

    /// <summary>A sandbox of before that cannot be linked is of no use: it goes, and the pod gets another one.</summary>
    private async Task<ObservedContainer?> InspectOrRemoveAsync(ObservedContainer ours, CancellationToken ct)
    {
        try
        {
            return await InspectAsync(ours, ct).ConfigureAwait(false);
        }
        catch (PodLinkException)
        {
            await RemoveAsync(ours.Id, ct).ConfigureAwait(false);
            return null;
        }
    }

    private static KeyValuePair<string, IPAddress>? AddressOf(ContainerListResponse one)
    {
        string? text = one.Labels?.TryGetValue(DockerLabels.Address, out string? label) == true ? label
            : one.NetworkSettings?.Networks?.Values.Select(n => n.IPAddress).FirstOrDefault(a => !string.IsNullOrEmpty(a));
        return IPAddress.TryParse(text, out var address) ? new(one.Names.FirstOrDefault()?.TrimStart('/') ?? one.ID, address) : null;
    }

    private static ObservedContainer Observe(ObservedContainer ours, ContainerInspectResponse found) => ours with
    {
        Phase = PhaseOf(found.State.Status),
        CreatedAt = new DateTimeOffset(found.Created.ToUniversalTime(), TimeSpan.Zero),
        StartedAt = Instant(found.State.StartedAt),
        FinishedAt = PhaseOf(found.State.Status) == ContainerPhase.Exited ? Instant(found.State.FinishedAt) : null,
        ExitCode = (int)found.State.ExitCode,
        OutOfMemory = found.State.OOMKilled,
        Error = string.IsNullOrEmpty(found.State.Error) ? null : found.State.Error,
        ImageId = found.Image ?? "",
        Address = found.NetworkSettings?.Networks?.Values.Select(n => n.IPAddress).FirstOrDefault(a => !string.IsNullOrEmpty(a)),
    };

    private static ContainerPhase PhaseOf(string state) => state switch
    {
        "created" => ContainerPhase.Created,
        "running" or "paused" or "restarting" => ContainerPhase.Running,
        _ => ContainerPhase.Exited,
    };

    /// <summary>Year 1 is how the engine writes «never».</summary>
    private static DateTimeOffset? Instant(string text) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at) && at.Year > 1 ? at : null;

    private async Task EnsureNetworkAsync(string podCidr, CancellationToken ct)
    {
        string name = NetworkName(agentId);
        try
        {
            var found = await docker.Networks.InspectNetworkAsync(name, ct).ConfigureAwait(false);
            if (found.IPAM?.Config?.Any(c => c.Subnet == podCidr) == true)
                return;
            // The node was enrolled anew, with another range: its pods of before are gone from the assignment and their containers with them.
            await docker.Networks.DeleteNetworkAsync(name, ct).ConfigureAwait(false);
        }
        catch (DockerNetworkNotFoundException)
        {
            // the first time
        }

        await docker.Networks.CreateNetworkAsync(
            new NetworksCreateParameters
            {
                Name = name,
                Driver = "bridge",
                CheckDuplicate = true,
                IPAM = new IPAM { Config = [new IPAMConfig { Subnet = podCidr }] },
                Labels = _labels.Own,
                Options = new Dictionary<string, string> { ["com.docker.network.bridge.name"] = BridgeName(agentId) },
            },
            ct).ConfigureAwait(false);
    }

    private static void Translate(Message message, Action<RuntimeEvent> happened)
    {
        RuntimeEventKind? kind = message.Action switch
        {
            "start" => RuntimeEventKind.Started,
            "die" => RuntimeEventKind.Ended,
            "oom" => RuntimeEventKind.OutOfMemory,
            "destroy" => RuntimeEventKind.Removed,
            _ => null,
        };
        if (kind is null || message.Actor?.ID is not { } id)
            return;
        int exitCode = message.Actor.Attributes is { } attributes && attributes.TryGetValue("exitCode", out string? code)
            && int.TryParse(code, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int parsed) ? parsed : 0;
        happened(new RuntimeEvent(id, kind.Value, DateTimeOffset.UnixEpoch.AddTicks(message.TimeNano / 100), exitCode));
    }

    /// <summary>At most 10 KiB of output: what an Event can show.</summary>
    private static async Task<string> ReadShortAsync(MultiplexedStream output, CancellationToken ct)
    {
        using var text = new MemoryStream();
        byte[] buffer = new byte[4096];
        while (await output.ReadOutputAsync(buffer, 0, buffer.Length, ct).ConfigureAwait(false) is { EOF: false } read)
        {
            if (text.Length < 10 * 1024)
                text.Write(buffer, 0, read.Count);
        }

        return Encoding.UTF8.GetString(text.GetBuffer(), 0, (int)text.Length);
    }

    private static Dictionary<string, IDictionary<string, bool>> Filters(params (string Name, string Value)[] filters) =>
        filters.GroupBy(f => f.Name).ToDictionary(g => g.Key, IDictionary<string, bool> (g) => g.ToDictionary(f => f.Value, _ => true));
}
