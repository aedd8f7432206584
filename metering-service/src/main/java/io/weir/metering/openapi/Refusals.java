package io.weir.metering.openapi;

import io.weir.contracts.problem.Problem;
import io.weir.contracts.problem.ProblemType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.eclipse.microprofile.openapi.OASFactory;
import org.eclipse.microprofile.openapi.models.OpenAPI;
import org.eclipse.microprofile.openapi.models.Operation;
import org.eclipse.microprofile.openapi.models.media.Content;
import org.eclipse.microprofile.openapi.models.media.Schema;
import org.eclipse.microprofile.openapi.models.responses.APIResponse;
import org.eclipse.microprofile.openapi.models.security.SecurityScheme;

/** Who may call an operation, and the problems (RFC 9457) that each can answer: the same ones for all, and its own. */
final class Refusals {
    private static final String PROBLEM = "Problem";
    private static final String BEARER = "bearer";
    /** The one path that needs no token. */
    private static final String PUBLIC = "/v1/receipts/keys";

    private Refusals() {}

    static void addTo(OpenAPI document) {
        if (document.getComponents() == null) {
            document.setComponents(OASFactory.createComponents());
        }
        document.getComponents()
                .addSchema(PROBLEM, schema())
                .setSecuritySchemes(Map.of(
                        BEARER,
                        OASFactory.createSecurityScheme()
                                .type(SecurityScheme.Type.HTTP)
                                .scheme(BEARER)
                                .bearerFormat("JWT")
                                .description("A token of the configured issuer. Accounts read their own, role billing"
                                        + " reads all, role admin grants and prices, services have the scope hold.")));
        document.getPaths().getPathItems().forEach((path, item) -> {
            if (path.startsWith("/v1/")) {
                item.getOperations().values().forEach(operation -> add(operation, !path.equals(PUBLIC)));
            }
        });
    }

    private static void add(Operation operation, boolean signedIn) {
        operation.setSecurity(
                signedIn ? List.of(OASFactory.createSecurityRequirement().addScheme(BEARER)) : new ArrayList<>());
        if (operation.getRequestBody() != null) {
            answer(operation, ProblemType.MALFORMED);
        }
        if (signedIn) {
            answer(operation, ProblemType.UNAUTHENTICATED);
            answer(operation, ProblemType.FORBIDDEN);
        }
        answer(operation, ProblemType.METERING_UNAVAILABLE);
        operation.getResponses().getAPIResponses().forEach((status, response) -> {
            if (status.matches("[45]..") && response.getContent() == null) {
                response.setContent(content(type(Integer.parseInt(status))));
            }
        });
    }

    private static void answer(Operation operation, ProblemType type) {
        String status = Integer.toString(type.status());
        APIResponse response = operation.getResponses().getAPIResponse(status);
        if (response == null) {
            operation
                    .getResponses()
                    .addAPIResponse(status, OASFactory.createAPIResponse().description(type.title()));
        }
    }

    private static ProblemType type(int status) {
        return Arrays.stream(ProblemType.values())
                .filter(type -> type.status() == status)
                .findFirst()
                .orElse(ProblemType.INTERNAL);
    }

    private static Content content(ProblemType type) {
        var example = new LinkedHashMap<String, Object>();
        example.put("type", type.uri());
        example.put("title", type.title());
        example.put("status", type.status());
        example.put("detail", "What happened this time, and what to do.");
        example.put("instance", "/v1/…");
        return OASFactory.createContent()
                .addMediaType(
                        Problem.MEDIA_TYPE,
                        OASFactory.createMediaType()
                                .schema(OASFactory.createSchema().ref("#/components/schemas/" + PROBLEM))
                                .example(example));
    }

    private static Schema schema() {
        var schema = OASFactory.createSchema()
                .addType(Schema.SchemaType.OBJECT)
                .required(List.of("type", "title", "status", "detail"));
        for (String text : List.of("type", "title", "detail", "instance", "requestId")) {
            schema.addProperty(text, OASFactory.createSchema().addType(Schema.SchemaType.STRING));
        }
        return schema.addProperty("status", OASFactory.createSchema().addType(Schema.SchemaType.INTEGER));
    }
}
