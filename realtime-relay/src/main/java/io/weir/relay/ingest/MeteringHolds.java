package io.weir.relay.ingest;

import io.smallrye.mutiny.Uni;
import io.weir.contracts.holds.FenceReply;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import org.eclipse.microprofile.rest.client.inject.RegisterRestClient;

/** Metering, as the relay needs it. */
@RegisterRestClient(configKey = "metering")
@Path("/v1/holds")
@Produces(MediaType.APPLICATION_JSON)
interface MeteringHolds {
    /** Asks metering to judge the owner of a stream. */
    @POST
    @Path("/{stream}/fence")
    Uni<FenceReply> fence(
            @PathParam("stream") String stream, @HeaderParam(HttpHeaders.AUTHORIZATION) String authorization);
}
