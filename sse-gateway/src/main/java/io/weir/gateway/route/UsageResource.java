package io.weir.gateway.route;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.smallrye.common.annotation.NonBlocking;
import io.smallrye.mutiny.Uni;
import io.weir.contracts.id.StreamId;
import io.weir.contracts.problem.Problem;
import io.weir.contracts.problem.ProblemType;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.security.SecurityRequirement;
import org.jspecify.annotations.Nullable;

/** {@code POST /v1/streams/{id}/usage}: the agent of a replayed stream says what it has used. */
@Path("/v1/streams/{id}/usage")
public class UsageResource {
    private static final int MAX_BODY = 16 * 1024;

    private final ReplayedStreams streams;
    private final UsageTokens tokens;
    private final ObjectMapper json;

    UsageResource(ReplayedStreams streams, UsageTokens tokens, ObjectMapper json) {
        this.streams = streams;
        this.tokens = tokens;
        this.json = json;
    }

    /** Takes cumulative totals; the answer may tell the agent to stop. */
    @POST
    @Consumes(MediaType.APPLICATION_JSON)
    @Produces(MediaType.APPLICATION_JSON)
    @NonBlocking
    @SecurityRequirement(name = "usageToken")
    @Operation(
            summary = "Report the usage of a replayed stream",
            description = "Cumulative totals, at least once in againWithinSeconds; the last report has final: true.")
    @RequestBody(content = @Content(schema = @Schema(implementation = UsageReport.class)))
    @APIResponse(
            responseCode = "200",
            description = "Noted; whether to stop",
            content = @Content(schema = @Schema(implementation = UsageAnswer.class)))
    @APIResponse(responseCode = "400", description = "The figures make no sense")
    @APIResponse(responseCode = "401", description = "The token is not the one that came with this stream")
    @APIResponse(responseCode = "413", description = "More than a report has")
    @APIResponse(responseCode = "409", description = "The stream is settled, or another gateway has it")
    public Uni<Response> report(
            @PathParam("id") String id, @HeaderParam(UsageTokens.HEADER) @Nullable String token, byte[] body) {
        Optional<StreamId> stream = sound(id, token);
        if (stream.isEmpty()) {
            return problem(ProblemType.UNAUTHENTICATED, "The usage token is not the one that came with this stream.");
        }
        if (body.length > MAX_BODY) {
            return problem(ProblemType.TOO_LARGE, "A report has " + MAX_BODY + " bytes at most.");
        }
        UsageReport report;
        try {
            report = json.readValue(body, UsageReport.class);
            report.totals();
        } catch (IOException | IllegalArgumentException e) {
            return problem(
                    ProblemType.MALFORMED,
                    "A report has whole numbers input, cached, cacheWrite, output and reasoning that fit each other.");
        }
        return Uni.createFrom()
                .completionStage(streams.report(stream.get(), report).toCompletionStage())
                .map(answer -> answer.map(noted -> Response.ok(noted).build())
                        .orElseGet(() ->
                                problemNow(ProblemType.CONFLICT, "The stream is settled, or another gateway has it.")));
    }

    private Optional<StreamId> sound(String id, @Nullable String token) {
        try {
            StreamId stream = StreamId.parse(id);
            return token != null && tokens.isSound(stream, token) ? Optional.of(stream) : Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static Uni<Response> problem(ProblemType type, String detail) {
        return Uni.createFrom().item(problemNow(type, detail));
    }

    private static Response problemNow(ProblemType type, String detail) {
        return Response.status(type.status())
                .type(Problem.MEDIA_TYPE)
                .entity(Problem.of(type, detail))
                .build();
    }
}
