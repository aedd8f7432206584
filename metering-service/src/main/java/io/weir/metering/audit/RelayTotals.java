package io.weir.metering.audit;

import io.smallrye.mutiny.Uni;
import io.weir.contracts.stream.TotalsPage;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import org.eclipse.microprofile.rest.client.inject.RegisterRestClient;
import org.jspecify.annotations.Nullable;

/** The relay, as the audit needs it. */
@RegisterRestClient(configKey = "relay")
@Path("/v1/totals")
@Produces(MediaType.APPLICATION_JSON)
interface RelayTotals {
    /** One page of what closed logs counted, youngest stream first. */
    @GET
    Uni<TotalsPage> page(
            @QueryParam("from") String from,
            @QueryParam("to") String to,
            @QueryParam("before") @Nullable String before,
            @QueryParam("limit") int limit,
            @HeaderParam(HttpHeaders.AUTHORIZATION) String authorization);
}
