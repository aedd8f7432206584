package io.weir.gateway.stream;

import io.quarkus.smallrye.openapi.OpenApiFilter;
import io.weir.contracts.problem.Problem;
import java.util.List;
import org.eclipse.microprofile.openapi.OASFactory;
import org.eclipse.microprofile.openapi.OASFilter;
import org.eclipse.microprofile.openapi.models.OpenAPI;
import org.eclipse.microprofile.openapi.models.Operation;
import org.eclipse.microprofile.openapi.models.responses.APIResponse;
import org.eclipse.microprofile.openapi.models.responses.APIResponses;
import org.eclipse.microprofile.openapi.models.security.SecurityRequirement;

/**
 * Says of every operation in the API's description what is true of all of them: who needs credentials is told 401 without
 * them, and every refusal is a problem. Runs while the application is built.
 */
@OpenApiFilter(stages = OpenApiFilter.RunStage.BUILD)
public final class ApiDescription implements OASFilter {
    private static final String SCHEMA = "Problem";

    @Override
    public void filterOpenAPI(OpenAPI api) {
        api.getPaths().getPathItems().values().forEach(path -> path.getOperations()
                .values()
                .forEach(ApiDescription::complete));
    }

    private static void complete(Operation operation) {
        APIResponses responses = operation.getResponses();
        List<SecurityRequirement> own = operation.getSecurity();
        boolean open = own != null && own.isEmpty();
        if (!open && responses.getAPIResponse("401") == null) {
            responses.addAPIResponse("401", OASFactory.createAPIResponse().description("No valid credentials"));
        }
        responses.getAPIResponses().forEach(ApiDescription::problem);
    }

    private static void problem(String status, APIResponse response) {
        boolean refusal = status.startsWith("4") || status.startsWith("5");
        if (refusal && response.getContent() == null) {
            var schema = OASFactory.createSchema().ref(SCHEMA);
            response.setContent(OASFactory.createContent()
                    .addMediaType(
                            Problem.MEDIA_TYPE, OASFactory.createMediaType().schema(schema)));
        }
    }
}
