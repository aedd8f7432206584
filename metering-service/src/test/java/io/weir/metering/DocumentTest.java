package io.weir.metering;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.weir.contracts.problem.Problem;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The OpenAPI document tells enough to call every endpoint without reading its code, and what it shows is so. */
@QuarkusTest
@QuarkusTestResource(LedgerDatabase.class)
class DocumentTest {
    private static final Set<String> METHODS = Set.of("get", "put", "post", "delete", "patch");
    private static final String PUBLIC = "GET /v1/receipts/keys";

    private final ObjectMapper json = JsonMapper.builder()
            .addModule(new JavaTimeModule())
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();
    private final Metering metering = new Metering();

    private record Documented(String name, JsonNode operation) {}

    @Test
    void describesEveryOperationWithAnExampleOfEveryBody() throws IOException {
        var missing = new ArrayList<String>();
        var operations = operations();
        operations.forEach(one -> missing.addAll(missing(one.name(), one.operation())));

        assertThat(operations.size()).isGreaterThan(25);
        assertThat(missing).isEmpty();
    }

    @Test
    void tellsWhoMayCallAndHowEachIsRefused() throws IOException {
        for (var one : operations()) {
            boolean signedIn = !one.name().equals(PUBLIC);
            assertThat(one.operation().path("security").toString())
                    .as(one.name())
                    .isEqualTo(signedIn ? "[{\"bearer\":[]}]" : "[]");
            var statuses = new TreeSet<String>();
            one.operation().path("responses").fieldNames().forEachRemaining(statuses::add);
            assertThat(statuses).as(one.name()).contains("503");
            if (signedIn) {
                assertThat(statuses).as(one.name()).contains("401", "403");
            }
            if (one.operation().has("requestBody")) {
                assertThat(statuses).as(one.name()).contains("400");
            }
        }
        assertThat(document().at("/components/securitySchemes/bearer/scheme").asText())
                .isEqualTo("bearer");
    }

    /** Every example of JSON is read as what the service reads and writes there. */
    @Test
    void showsWhatTheServiceReadsAndWrites() throws IOException {
        var types = types();
        var wrong = new ArrayList<String>();
        int read = 0;
        for (var one : operations()) {
            for (JsonNode body : bodies(one.operation())) {
                for (Map.Entry<String, JsonNode> kind : body.path("content").properties()) {
                    String type = type(kind.getValue().path("schema"));
                    if (kind.getKey().startsWith("application/json") && !type.isEmpty()) {
                        for (JsonNode example : examples(kind.getValue())) {
                            var refused = refused(types.getOrDefault(type, List.of()), example);
                            if (!refused.isEmpty()) {
                                wrong.add(one.name() + " " + type + " " + refused);
                            }
                            read++;
                        }
                    }
                }
            }
        }
        assertThat(wrong).isEmpty();
        assertThat(read).isGreaterThan(30);
    }

    @Test
    void tellsOfNoOperationThatIsNotThere() throws IOException {
        var there = operations().stream().map(Documented::name).toList();

        try (InputStream file =
                Objects.requireNonNull(DocumentTest.class.getResourceAsStream("/openapi-examples.json"))) {
            json.readTree(file).fieldNames().forEachRemaining(name -> assertThat(there)
                    .contains(name));
        }
    }

    private static List<String> missing(String name, JsonNode operation) {
        var missing = new ArrayList<String>();
        if (operation.path("summary").asText().isBlank()
                || operation.path("description").asText().isBlank()) {
            missing.add(name + ": description");
        }
        JsonNode request = operation.path("requestBody");
        if (!request.isMissingNode() && !shown(request)) {
            missing.add(name + ": example of the request");
        }
        operation.path("responses").properties().forEach(response -> {
            boolean hasBody = !response.getKey().equals("204");
            if ((hasBody || response.getValue().has("content")) && !shown(response.getValue())) {
                missing.add(name + ": example of answer " + response.getKey());
            }
            if (response.getKey().matches("[45]..")
                    && !name.endsWith("/fence")
                    && !response.getValue().path("content").has(Problem.MEDIA_TYPE)) {
                missing.add(name + ": problem of answer " + response.getKey());
            }
        });
        return missing;
    }

    /** Whether each kind of the body has an example that is more than a text that holds one. */
    private static boolean shown(JsonNode body) {
        var kinds = body.path("content").properties();
        return !kinds.isEmpty()
                && kinds.stream().allMatch(kind -> {
                    JsonNode example = kind.getValue().path("example");
                    boolean json = kind.getKey().contains("json");
                    return kind.getValue().path("examples").size() > 0
                            || (json ? example.isObject() : example.isTextual());
                });
    }

    private static List<JsonNode> bodies(JsonNode operation) {
        var bodies = new ArrayList<JsonNode>();
        bodies.add(operation.path("requestBody"));
        operation.path("responses").forEach(bodies::add);
        return bodies;
    }

    private List<JsonNode> examples(JsonNode kind) throws IOException {
        var examples = new ArrayList<JsonNode>();
        if (kind.has("example")) {
            examples.add(kind.path("example"));
        }
        for (JsonNode example : kind.path("examples")) {
            JsonNode value = example.path("value");
            examples.add(value.isTextual() ? json.readTree(value.asText()) : value);
        }
        return examples;
    }

    private static String type(JsonNode schema) {
        String ref = schema.path("$ref").asText();
        return ref.substring(ref.lastIndexOf('/') + 1);
    }

    /** Why it is none of them; empty if it is one. */
    private List<String> refused(List<JavaClass> types, JsonNode example) {
        var refused = new ArrayList<String>();
        for (var type : types) {
            try {
                json.readValue(json.treeAsTokens(example), Class.forName(type.getName()));
                return List.of();
            } catch (IOException | ClassNotFoundException e) {
                refused.add(type.getName() + ": " + e.getMessage());
            }
        }
        return refused.isEmpty() ? List.of("no such type") : refused;
    }

    /** What the document may name, by the name that it has there. */
    private static Map<String, List<JavaClass>> types() {
        return new ClassFileImporter()
                        .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                        .importPackages("io.weir.contracts", "io.weir.metering")
                        .stream()
                        .filter(JavaClass::isRecord)
                        .collect(Collectors.groupingBy(JavaClass::getSimpleName));
    }

    private List<Documented> operations() throws IOException {
        return document().path("paths").properties().stream()
                .filter(path -> path.getKey().startsWith("/v1/"))
                .flatMap(path -> path.getValue().properties().stream()
                        .filter(operation -> METHODS.contains(operation.getKey()))
                        .flatMap(operation -> Stream.of(new Documented(
                                operation.getKey().toUpperCase(Locale.ROOT) + " " + path.getKey(),
                                operation.getValue()))))
                .toList();
    }

    private JsonNode document() throws IOException {
        return json.readTree(metering.text("/q/openapi?format=json"));
    }
}
