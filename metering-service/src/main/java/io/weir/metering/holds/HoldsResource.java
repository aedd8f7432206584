package io.weir.metering.holds;

import io.quarkus.runtime.annotations.RegisterForReflection;
import io.quarkus.security.PermissionsAllowed;
import io.smallrye.mutiny.Uni;
import io.weir.contracts.holds.CancelReply;
import io.weir.contracts.holds.CancelRequest;
import io.weir.contracts.holds.ClaimReply;
import io.weir.contracts.holds.ClaimRequest;
import io.weir.contracts.holds.FenceRefusal;
import io.weir.contracts.holds.FenceReply;
import io.weir.contracts.holds.ReserveReply;
import io.weir.contracts.holds.ReserveRequest;
import io.weir.contracts.holds.SettleReply;
import io.weir.contracts.holds.SettleRequest;
import io.weir.contracts.holds.UpdateBatch;
import io.weir.contracts.holds.UpdateReply;
import io.weir.metering.access.Caller;
import io.weir.metering.answer.Outcome.Done;
import io.weir.metering.answer.Outcome.Refused;
import io.weir.metering.answer.ProblemException;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** The metering conversation of edge, gateway and relay. Every call may be repeated: it gives the stored result. */
@Path("/v1/holds")
@Tag(name = "holds")
@Produces(MediaType.APPLICATION_JSON)
@PermissionsAllowed(Caller.HOLD)
@RegisterForReflection(targets = {ReserveReply.class, FenceReply.class, FenceRefusal.class})
public class HoldsResource {
    private final EdgeHolds edge;
    private final GatewayHolds gateway;
    private final HoldUpdates updates;
    private final Fences fences;

    HoldsResource(EdgeHolds edge, GatewayHolds gateway, HoldUpdates updates, Fences fences) {
        this.edge = edge;
        this.gateway = gateway;
        this.updates = updates;
        this.fences = fences;
    }

    /** Reserves credits for one stream. */
    @POST
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(summary = "Reserve credits for a stream")
    @APIResponse(
            responseCode = "201",
            description = "credits are held",
            content =
                    @Content(
                            mediaType = MediaType.APPLICATION_JSON,
                            schema = @Schema(implementation = ReserveReply.class)))
    @APIResponse(
            responseCode = "200",
            description = "the key stands for a stream already; nothing new was held",
            content =
                    @Content(
                            mediaType = MediaType.APPLICATION_JSON,
                            schema = @Schema(implementation = ReserveReply.class)))
    @APIResponse(responseCode = "402", description = "not enough credit")
    @APIResponse(responseCode = "409", description = "the key stands for another request")
    @APIResponse(responseCode = "429", description = "too many open streams")
    public Uni<Response> reserve(@Nullable ReserveRequest request) {
        return edge.reserve(HoldRules.reserve(request)).map(outcome -> switch (outcome) {
            case Done<ReserveReply>(ReserveReply reply, boolean created) ->
                Response.status(created ? 201 : 200).entity(reply).build();
            case Refused<ReserveReply> refused -> throw new ProblemException(refused.type(), refused.detail());
        });
    }

    /** Gives back what was held for a stream that nobody claimed. */
    @POST
    @Path("/{stream}/release")
    @Operation(summary = "Give the credits of an unclaimed hold back")
    @APIResponse(responseCode = "204", description = "released")
    @APIResponse(responseCode = "409", description = "claimed or settled")
    public Uni<Void> release(@PathParam("stream") String stream) {
        return edge.release(HoldRules.stream(stream))
                .invoke(outcome -> outcome.orProblem())
                .replaceWithVoid();
    }

    /** Stores a stop on the hold. */
    @POST
    @Path("/{stream}/cancel")
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(summary = "Store a stop on the hold")
    public Uni<CancelReply> cancel(@PathParam("stream") String stream, @Nullable CancelRequest request) {
        return edge.cancel(HoldRules.stream(stream), HoldRules.cancel(request).account())
                .map(outcome -> outcome.orProblem());
    }

    /** Makes a gateway the owner of a stream. */
    @POST
    @Path("/{stream}/claim")
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(summary = "Become the owner of a stream")
    public Uni<ClaimReply> claim(@PathParam("stream") String stream, @Nullable ClaimRequest request) {
        return gateway.claim(HoldRules.stream(stream), HoldRules.claim(request)).map(outcome -> outcome.orProblem());
    }

    /** Takes one gateway's figures and renews its lease. */
    @POST
    @Path("/updates")
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(summary = "Report totals of a gateway's streams and renew its lease")
    public Uni<UpdateReply> update(@Nullable UpdateBatch batch) {
        return updates.apply(HoldRules.updates(batch));
    }

    /** Ends a stream and charges it. */
    @POST
    @Path("/{stream}/settle")
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(summary = "Charge a stream, once")
    public Uni<SettleReply> settle(@PathParam("stream") String stream, @Nullable SettleRequest request) {
        return gateway.settle(HoldRules.stream(stream), HoldRules.settle(request))
                .map(outcome -> outcome.orProblem());
    }

    /** Ends a stream whose gateway has lost its lease. */
    @POST
    @Path("/{stream}/fence")
    @Operation(summary = "End a stream whose gateway is lost")
    @APIResponse(
            responseCode = "200",
            description = "settled; reason and totals are final",
            content =
                    @Content(
                            mediaType = MediaType.APPLICATION_JSON,
                            schema = @Schema(implementation = FenceReply.class)))
    @APIResponse(
            responseCode = "409",
            description = "the gateway's lease still runs",
            content =
                    @Content(
                            mediaType = MediaType.APPLICATION_JSON,
                            schema = @Schema(implementation = FenceRefusal.class)))
    public Uni<Response> fence(@PathParam("stream") String stream) {
        return fences.fence(HoldRules.stream(stream)).map(outcome -> switch (outcome.orProblem()) {
            case Fence.Settled(FenceReply reply) -> Response.ok(reply).build();
            case Fence.Leased(FenceRefusal refusal) ->
                Response.status(409).entity(refusal).build();
        });
    }
}
