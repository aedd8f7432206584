package io.weir.gateway.machines;

import io.weir.gateway.config.AgentsConfig;
import io.weir.gateway.config.MachinesConfig;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jboss.logging.Logger;

/**
 * The secrets that requests to machines carry. Nothing else asks for them, and nothing here says more of one than its
 * {@link SecretReference}. Files are read by {@link #load} on threads that may wait, and remembered.
 */
@ApplicationScoped
public class MachineSecrets {
    private static final Logger LOG = Logger.getLogger(MachineSecrets.class);
    private static final String VARIABLE = "WEIR_AGENT_SECRET_";
    private static final int MAX_LENGTH = 8 * 1024;

    private final AgentsConfig agents;
    private final MachinesConfig config;
    private final Map<String, String> files = new ConcurrentHashMap<>();

    MachineSecrets(AgentsConfig agents, MachinesConfig config) {
        this.agents = agents;
        this.config = config;
    }

    /** The secret as last read; empty if there is none, or none that fits into a header. Never waits. */
    Optional<String> known(SecretReference reference) {
        Optional<String> found =
                switch (reference.kind()) {
                    case CONFIG -> Optional.ofNullable(config.secrets().get(reference.name()));
                    case ENV -> Optional.ofNullable(System.getenv(VARIABLE + reference.name()));
                    case FILE -> Optional.ofNullable(files.get(reference.name()));
                    case MACHINE ->
                        Optional.ofNullable(agents.machines().get(reference.name()))
                                .flatMap(AgentsConfig.Machine::secret);
                };
        return found.filter(MachineSecrets::fits);
    }

    /** Reads the secret again where it is in a file. Waits for the disk. */
    Optional<String> load(SecretReference reference) {
        if (reference.kind() == SecretReference.Kind.FILE) {
            config.secretDirectory().ifPresent(directory -> read(directory, reference));
        }
        return known(reference);
    }

    private void read(Path directory, SecretReference reference) {
        Path file = directory.resolve(reference.name());
        try {
            if (Files.isRegularFile(file) && Files.size(file) <= MAX_LENGTH) {
                files.put(
                        reference.name(),
                        Files.readString(file, StandardCharsets.UTF_8).strip());
            } else {
                files.remove(reference.name());
            }
        } catch (IOException e) {
            // The last one that was read stays in use: a file is replaced by others, and may be away for a moment.
            LOG.warnf(
                    "machine secret not read secret=%s reason=%s",
                    reference, e.getClass().getSimpleName());
        }
    }

    private static boolean fits(String secret) {
        return !secret.isEmpty()
                && secret.length() <= MAX_LENGTH
                && secret.chars().allMatch(c -> c > ' ' && c < 0x7f);
    }
}
