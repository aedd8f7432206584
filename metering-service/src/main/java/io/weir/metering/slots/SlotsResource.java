package io.weir.metering.slots;

import io.quarkus.runtime.annotations.RegisterForReflection;
import io.quarkus.security.PermissionsAllowed;
import io.smallrye.mutiny.Uni;
import io.weir.contracts.slots.SlotReply;
import io.weir.contracts.slots.SlotRequest;
import io.weir.metering.access.Caller;
import io.weir.metering.answer.Outcome.Done;
import io.weir.metering.answer.Outcome.Refused;
import io.weir.metering.answer.ProblemException;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** Gives topics to their first writers, for gateways. May be repeated: it gives the stored result. */
@Path("/v1/slots")
@Tag(name = "slots")
@Produces(MediaType.APPLICATION_JSON)
@PermissionsAllowed(Caller.HOLD)
@RegisterForReflection(targets = {SlotRequest.class, SlotReply.class})
public class SlotsResource {
    private static final int MAX_TOPIC = 255;

    private final Slots slots;

    SlotsResource(Slots slots) {
        this.slots = slots;
    }

    /** Takes a topic for a stream. */
    @POST
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(
            summary = "Take a topic for a stream",
            description = "The first account to do so owns the topic, with this one stream.")
    @APIResponse(
            responseCode = "201",
            description = "the stream has it",
            content =
                    @Content(
                            mediaType = MediaType.APPLICATION_JSON,
                            schema = @Schema(implementation = SlotReply.class)))
    @APIResponse(
            responseCode = "200",
            description = "the account has it by an earlier stream, which is still open",
            content =
                    @Content(
                            mediaType = MediaType.APPLICATION_JSON,
                            schema = @Schema(implementation = SlotReply.class)))
    @APIResponse(responseCode = "403", description = "another account was first")
    @APIResponse(responseCode = "409", description = "the topic's stream has ended")
    public Uni<Response> take(@Nullable SlotRequest request) {
        return slots.take(checked(request)).map(outcome -> switch (outcome) {
            case Done<SlotReply>(SlotReply reply, boolean created) ->
                Response.status(created ? 201 : 200).entity(reply).build();
            case Refused<SlotReply> refused -> throw new ProblemException(refused.type(), refused.detail());
        });
    }

    /** JSON may leave anything out. */
    private static SlotRequest checked(@Nullable SlotRequest request) {
        if (request == null || missing(request.tenant(), request.account(), request.streamId())) {
            throw ProblemException.malformed("tenant, topic, account and streamId must be given.");
        }
        String topic = request.topic();
        if (topic == null || topic.isEmpty() || topic.length() > MAX_TOPIC || topic.indexOf('\0') >= 0) {
            throw ProblemException.malformed("topic must have 1 to " + MAX_TOPIC + " characters.");
        }
        return request;
    }

    private static boolean missing(@Nullable Object... values) {
        for (Object value : values) {
            if (value == null) {
                return true;
            }
        }
        return false;
    }
}
