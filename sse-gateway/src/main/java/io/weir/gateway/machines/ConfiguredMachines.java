package io.weir.gateway.machines;

import io.weir.gateway.config.AgentsConfig;
import io.weir.gateway.machines.MachineSpec.Source;
import io.weir.gateway.machines.SecretReference.Kind;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Machines that the configuration names. */
final class ConfiguredMachines {
    private ConfiguredMachines() {}

    /** All of them; fails with the key of one that makes no sense. */
    static List<MachineSpec> of(AgentsConfig config) {
        return config.machines().entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .map(e -> spec(e.getKey(), e.getValue()))
                .toList();
    }

    private static MachineSpec spec(String id, AgentsConfig.Machine machine) {
        try {
            return new MachineSpec(
                    new MachineId(machine.app(), id),
                    base(machine.address()),
                    machine.capacity().orElse(0),
                    machine.labels(),
                    secret(id, machine),
                    machine.dialect(),
                    Source.CONFIGURATION);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("weir.machines." + id + ": " + e.getMessage(), e);
        }
    }

    private static Optional<SecretReference> secret(String id, AgentsConfig.Machine machine) {
        if (machine.secret().isPresent()) {
            return Optional.of(new SecretReference(Kind.MACHINE, id));
        }
        return machine.secretReference().map(text -> SecretReference.parse(text)
                .orElseThrow(() -> new IllegalArgumentException("secret-reference is no config:, env: or file:")));
    }

    private static URI base(URI address) {
        String text = address.toString();
        return text.endsWith("/") ? URI.create(text.substring(0, text.length() - 1)) : address;
    }
}
