package io.weir.gateway.machines;

import io.weir.gateway.config.AgentDialect;
import io.weir.gateway.config.AgentsConfig;
import java.net.URI;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/** One agent process. Health and load are shared by all event loops. */
public final class Machine {
    private final MachineId id;
    private final MachineSecrets secrets;
    private final MachineHealth health;
    private final AtomicInteger openStreams = new AtomicInteger();
    private volatile MachineSpec spec;
    private volatile boolean draining;
    private volatile int elsewhere;

    Machine(MachineSpec spec, MachineSecrets secrets, MachineHealth health) {
        this.id = spec.id();
        this.spec = spec;
        this.secrets = secrets;
        this.health = health;
    }

    /** Its name; fit for logs. */
    public MachineId id() {
        return id;
    }

    /** What was last said of it. */
    public MachineSpec spec() {
        return spec;
    }

    void spec(MachineSpec fresh) {
        spec = fresh;
    }

    /** Base URL. */
    public URI address() {
        return spec.address();
    }

    /** What it speaks when it answers for this agent: its own dialect, else the agent's. */
    public AgentDialect dialect(AgentsConfig.Agent agent) {
        return spec.dialect().orElse(agent.dialect());
    }

    /** Where it is asked for this agent, below its address; the agent's path is meant for the agent's dialect. */
    public String path(AgentsConfig.Agent agent, String sessionKey) {
        AgentDialect spoken = dialect(agent);
        Optional<String> configured = spoken == agent.dialect() ? agent.path() : Optional.empty();
        return configured.orElse(spoken.path()).replace("{session}", sessionKey);
    }

    /** Bearer secret, for the request to this machine only. */
    public Optional<String> secret() {
        return spec.secret().flatMap(secrets::known);
    }

    /** Streams that run on it through this gateway. */
    public int openStreams() {
        return openStreams.get();
    }

    /** Streams that run on it through any gateway, as far as this one knows. */
    int load() {
        return openStreams() + elsewhere;
    }

    /** Streams that run on it through other gateways. */
    void elsewhere(int streams) {
        elsewhere = streams;
    }

    /** As probes and streams have found it. */
    public MachineHealth health() {
        return health;
    }

    /** As last probed, or as last met by a stream. */
    public boolean healthy() {
        return health.healthy();
    }

    /** True if it takes no new streams, by an operator's word or its own. */
    public boolean draining() {
        return draining;
    }

    void draining(boolean now) {
        draining = now;
    }

    /** True if a stream may be sent to it, load aside. */
    boolean usable() {
        return health.healthy() && !draining && !lacksSecret();
    }

    /** True if one more stream may be sent to it. */
    public boolean takesStreams() {
        return usable() && !full();
    }

    /** True if it needs a secret that is not here. */
    boolean lacksSecret() {
        return spec.secret().isPresent() && secret().isEmpty();
    }

    /** True if it has as many streams as it takes. */
    boolean full() {
        int capacity = spec.capacity();
        return capacity > 0 && load() >= capacity;
    }

    /** A stream begins on it. */
    public void enter() {
        openStreams.incrementAndGet();
    }

    /** That stream has left it. */
    public void leave() {
        openStreams.decrementAndGet();
    }

    @Override
    public String toString() {
        return id.toString();
    }
}
