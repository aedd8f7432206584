package io.weir.local.stack;

import java.io.IOException;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Settings of a {@link LocalStack}. */
public final class StackBuilder {
    Layout layout;
    final Map<Part, Integer> ports = new EnumMap<>(Part.class);
    final Map<Part, Map<String, String>> environment = new EnumMap<>(Part.class);
    final Map<String, String> settings = new LinkedHashMap<>();

    @Nullable
    ForeignAgent foreignAgent;

    boolean debugAgents;
    boolean fresh;
    List<Part> only = List.of(Part.values());
    StackListener listener = (_, _) -> {};

    StackBuilder(Layout layout) {
        this.layout = layout;
    }

    /** Keeps data, logs and secrets there; two stacks need two folders. */
    public StackBuilder dataDirectory(Path folder) {
        layout = new Layout(layout.root(), folder);
        return this;
    }

    /** A part listens there; 0 takes a free port. */
    public StackBuilder port(Part part, int port) {
        ports.put(part, port);
        return this;
    }

    /** Every part listens on a free port. */
    public StackBuilder freePorts() {
        for (Part part : Part.values()) {
            ports.put(part, 0);
        }
        return this;
    }

    /** Another agent in place of the demo machines. */
    public StackBuilder agent(ForeignAgent agent) {
        foreignAgent = agent;
        return this;
    }

    /** Starts these parts alone, for whoever needs no more. */
    public StackBuilder only(Part... parts) {
        only = List.of(parts);
        return this;
    }

    /** The demo agents answer {@code GET /debug/runs}. */
    public StackBuilder debugAgents() {
        debugAgents = true;
        return this;
    }

    /** An environment variable of one part (Quarkus naming), above everything that the stack sets itself. */
    public StackBuilder environment(Part part, String name, String value) {
        environment.computeIfAbsent(part, _ -> new HashMap<>()).put(name, value);
        return this;
    }

    /** An environment variable of all four services. */
    public StackBuilder environment(String name, String value) {
        for (Part part : Part.values()) {
            if (part.module().isPresent()) {
                environment(part, name, value);
            }
        }
        return this;
    }

    /**
     * A property in the configuration file of all four services, below their environment: for names that an environment
     * variable cannot say, as those of agents and machines.
     */
    public StackBuilder setting(String name, String value) {
        settings.put(name, value);
        return this;
    }

    /** Who hears how it goes. */
    public StackBuilder listener(StackListener heard) {
        listener = heard;
        return this;
    }

    /** Forgets what an earlier stack kept on this folder, secrets excepted. */
    public StackBuilder fresh() {
        fresh = true;
        return this;
    }

    /** A stack with these settings, not started. */
    public LocalStack build() throws IOException {
        return new LocalStack(this);
    }
}
