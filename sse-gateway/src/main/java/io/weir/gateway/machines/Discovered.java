package io.weir.gateway.machines;

import io.weir.gateway.machines.MachineSpec.Source;
import java.net.URI;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jboss.logging.Logger;

/** The machines that one source has found, by app; tells the fleet whenever they change. Any thread. */
final class Discovered {
    private static final Logger LOG = Logger.getLogger(Discovered.class);

    private final Fleet fleet;
    private final Source source;
    private final int max;
    private final Map<String, List<MachineSpec>> byApp = new TreeMap<>(); // guarded by this

    Discovered(Fleet fleet, Source source, int max) {
        this.fleet = fleet;
        this.source = source;
        this.max = max;
    }

    /** An app has these machines and no others. */
    synchronized void found(String app, Collection<MachineSpec> machines) {
        if (machines.size() > max) {
            LOG.warnf("more machines found than are taken app=%s found=%d", app, machines.size());
        }
        byApp.put(app, machines.stream().limit(max).toList());
        List<MachineSpec> all = new ArrayList<>();
        byApp.values().forEach(all::addAll);
        fleet.replace(source, all);
    }

    /** A machine at an address; its name is made of {@code name} where that can be one. */
    MachineSpec machine(String app, String name, String host, int port, Traits traits) {
        String id = MachineId.isName(name) ? name : "m-" + HexFormat.of().toHexDigits(name.hashCode());
        return new MachineSpec(
                new MachineId(app, id),
                URI.create(traits.scheme() + "://" + host + ":" + port),
                traits.capacity(),
                traits.labels(),
                traits.secret(),
                traits.dialect(),
                source);
    }
}
