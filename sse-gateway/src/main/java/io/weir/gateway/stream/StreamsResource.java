package io.weir.gateway.stream;

import io.quarkus.security.PermissionsAllowed;
import io.smallrye.common.annotation.NonBlocking;
import io.weir.contracts.id.StreamId;
import io.weir.contracts.problem.Problem;
import io.weir.contracts.problem.ProblemType;
import io.weir.contracts.stream.EndReason;
import io.weir.gateway.route.ReplayedStreams;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;

/** Stops streams and says how far they have reached whom, for other services. */
@Path("/v1/streams")
public class StreamsResource {
    private final OpenStreams streams;
    private final ReplayedStreams replayed;

    StreamsResource(OpenStreams streams, ReplayedStreams replayed) {
        this.streams = streams;
        this.replayed = replayed;
    }

    /** Stops a stream: the agent's socket is closed at once, the stream ends {@code cancelled} and what it produced is billed. */
    @DELETE
    @Path("/{id}")
    @NonBlocking
    @PermissionsAllowed("internal")
    @Operation(summary = "Stop a stream")
    @APIResponse(responseCode = "202", description = "The stream was open and is being stopped")
    @APIResponse(responseCode = "404", description = "No stream can have this id")
    @APIResponse(responseCode = "204", description = "The stream is not open here, or no longer")
    public Response stop(String id) {
        return parsed(id).map(this::stop).orElseGet(StreamsResource::unknown);
    }

    private Response stop(StreamId stream) {
        boolean open = streams.stop(stream, EndReason.CANCELLED) || replayed.stop(stream);
        return Response.status(open ? Response.Status.ACCEPTED : Response.Status.NO_CONTENT)
                .build();
    }

    /** How far a stream that is open here has reached whom, and was read: what the relay has told so far. */
    @GET
    @Path("/{id}/receipts")
    @Produces(MediaType.APPLICATION_JSON)
    @NonBlocking
    @PermissionsAllowed("internal")
    @Operation(summary = "Who has got how much of a stream, and has read it")
    @APIResponse(responseCode = "200", description = "One receipt an account, as the relay told it")
    @APIResponse(responseCode = "404", description = "The stream is not open here, or no longer")
    public Response receipts(String id) {
        return parsed(id)
                .flatMap(streams::receipts)
                .map(receipts -> Response.ok(receipts).build())
                .orElseGet(StreamsResource::unknown);
    }

    private static Optional<StreamId> parsed(String id) {
        try {
            return Optional.of(StreamId.parse(id));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static Response unknown() {
        return Response.status(Response.Status.NOT_FOUND)
                .type(Problem.MEDIA_TYPE)
                .entity(Problem.of(ProblemType.NOT_FOUND, "There is no such stream."))
                .build();
    }
}
