package io.weir.metering.prices;

import io.smallrye.mutiny.Uni;
import io.weir.metering.access.Caller;
import jakarta.annotation.security.RolesAllowed;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** The price book. */
@Path("/v1/prices")
@Tag(name = "prices")
@Produces(MediaType.APPLICATION_JSON)
public class PricesResource {
    private final PriceBook book;
    private final Caller caller;

    PricesResource(PriceBook book, Caller caller) {
        this.book = book;
        this.caller = caller;
    }

    /**
     * The price book as listed.
     *
     * @param prices every version, by name and version
     */
    public record PriceList(List<PriceVersion> prices) {
        public PriceList {
            prices = List.copyOf(prices);
        }
    }

    /** All versions. */
    @GET
    @RolesAllowed({Caller.ADMIN, Caller.BILLING})
    @Operation(summary = "Every version of every price")
    public Uni<PriceList> list() {
        return book.all().map(PriceList::new);
    }

    /** Sets a price for streams reserved from now on. */
    @PUT
    @Consumes(MediaType.APPLICATION_JSON)
    @RolesAllowed(Caller.ADMIN)
    @Operation(summary = "Set a price", description = "Adds a version; repeating it adds none.")
    public Uni<PriceVersion> set(@NotNull @Valid PriceChange change) {
        return book.set(change, caller.name());
    }
}
