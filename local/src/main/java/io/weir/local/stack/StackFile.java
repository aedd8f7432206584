package io.weir.local.stack;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;

/**
 * What a running stack leaves for the other commands.
 *
 * @param launcher pid of {@code ./weir up}
 * @param issuer address of the issuer
 * @param urls address of each part
 */
public record StackFile(long launcher, String issuer, Map<Part, String> urls) {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** Copies the map. */
    public StackFile {
        urls = Map.copyOf(urls);
    }

    /** The stack that runs on that data folder, if one does. */
    public static Optional<StackFile> read(Layout layout) {
        try {
            JsonNode json = JSON.readTree(file(layout).toFile());
            var urls = new EnumMap<Part, String>(Part.class);
            json.path("urls").properties().forEach(entry -> Part.titled(entry.getKey())
                    .ifPresent(part -> urls.put(part, entry.getValue().asText())));
            var found = new StackFile(
                    json.path("launcher").asLong(), json.path("issuer").asText(), urls);
            return ProcessHandle.of(found.launcher()).map(_ -> found);
        } catch (IOException _) {
            return Optional.empty();
        }
    }

    /** Address of a part. */
    public String url(Part part) {
        return urls.getOrDefault(part, "");
    }

    void write(Layout layout) throws IOException {
        ObjectNode json = JSON.createObjectNode().put("launcher", launcher).put("issuer", issuer);
        ObjectNode addresses = json.putObject("urls");
        urls.forEach((part, url) -> addresses.put(part.title(), url));
        Files.writeString(file(layout), json.toPrettyString() + "\n");
    }

    static void delete(Layout layout) throws IOException {
        Files.deleteIfExists(file(layout));
    }

    private static Path file(Layout layout) {
        return layout.run().resolve("stack.json");
    }
}
