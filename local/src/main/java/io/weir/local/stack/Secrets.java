package io.weir.local.stack;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Secrets of the local stack: made once, kept under the data folder, readable by their owner only. */
final class Secrets {
    private static final List<Part> CLIENTS = List.of(Part.EDGE, Part.GATEWAY, Part.RELAY, Part.METERING);

    private final Path folder;
    private final SecureRandom random = new SecureRandom();

    Secrets(Path folder) throws IOException {
        this.folder = folder;
        Files.createDirectories(folder.toAbsolutePath().getParent());
        if (!Files.exists(folder)) {
            Files.createDirectory(
                    folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        }
    }

    Path folder() {
        return folder;
    }

    /** Signing keys of tickets, as {@code weir.ticket.keys} wants them. */
    String ticketKeys() throws IOException {
        return "local:" + Base64.getEncoder().encodeToString(HexFormat.of().parseHex(kept("ticket.key")));
    }

    /** Encrypts the console's session cookie. */
    String edgeSession() throws IOException {
        return kept("edge-session.key");
    }

    /** Makes the session keys that agents see. */
    String gatewaySession() throws IOException {
        return kept("gateway-session.key");
    }

    /** Bearer token of the demo agents. */
    String agentToken() throws IOException {
        return kept("agent.token");
    }

    /** OIDC client secrets by service, and the same in the file that the issuer reads. */
    Map<Part, String> clients() throws IOException {
        var secrets = new TreeMap<Part, String>();
        for (Part client : CLIENTS) {
            secrets.put(client, kept("client-" + client.title() + ".secret"));
        }
        write(
                "clients.properties",
                secrets.entrySet().stream()
                        .map(entry -> entry.getKey().title() + "=" + entry.getValue() + "\n")
                        .collect(Collectors.joining()));
        return secrets;
    }

    private String kept(String name) throws IOException {
        Path file = folder.resolve(name);
        if (!Files.exists(file)) {
            byte[] bytes = new byte[32];
            random.nextBytes(bytes);
            // Hexadecimal digits are the same in a URL, in a form and in a properties file.
            write(name, HexFormat.of().formatHex(bytes));
        }
        return Files.readString(file).strip();
    }

    private void write(String name, String content) throws IOException {
        Path fresh = Files.createTempFile(
                folder,
                name,
                ".tmp",
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(fresh, content);
        Files.move(fresh, folder.resolve(name), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
}
