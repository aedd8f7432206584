package io.weir.metering.openapi;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Objects;
import org.eclipse.microprofile.openapi.OASFactory;
import org.eclipse.microprofile.openapi.models.OpenAPI;
import org.eclipse.microprofile.openapi.models.Operation;
import org.eclipse.microprofile.openapi.models.media.Content;
import org.jspecify.annotations.Nullable;

/**
 * Descriptions and examples from {@code openapi-examples.json}, for operations that have none themselves. An operation is
 * named there by its method and path, and may have a {@code description}, a {@code request} and {@code responses} by
 * status. A text is the example of a body that is no JSON.
 */
final class Examples {
    private static final String FILE = "/openapi-examples.json";
    private static final String JSON = "application/json";

    private final ObjectMapper mapper = new ObjectMapper();
    private final JsonNode told;

    private Examples(JsonNode told) {
        this.told = told;
    }

    static Examples read() {
        try (InputStream file = Objects.requireNonNull(Examples.class.getResourceAsStream(FILE), FILE)) {
            return new Examples(new ObjectMapper().readTree(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void addTo(OpenAPI document) {
        document.getPaths().getPathItems().forEach((path, item) -> item.getOperations()
                .forEach((method, operation) -> add(operation, told.path(method + " " + path))));
    }

    private void add(Operation operation, JsonNode of) {
        if (operation.getDescription() == null && of.has("description")) {
            operation.setDescription(of.path("description").asText());
        }
        if (operation.getRequestBody() != null) {
            add(operation.getRequestBody().getContent(), of.path("request"));
        }
        for (Map.Entry<String, JsonNode> body : of.path("responses").properties()) {
            var response = operation.getResponses().getAPIResponse(body.getKey());
            if (response != null) {
                if (response.getContent() == null) {
                    response.setContent(OASFactory.createContent().addMediaType(JSON, OASFactory.createMediaType()));
                }
                add(response.getContent(), body.getValue());
            }
        }
    }

    private void add(@Nullable Content content, JsonNode example) {
        if (content != null && !example.isMissingNode()) {
            content.getMediaTypes().values().stream()
                    .filter(media -> media.getExample() == null && media.getExamples() == null)
                    .forEach(media -> media.setExample(mapper.convertValue(example, Object.class)));
        }
    }
}
