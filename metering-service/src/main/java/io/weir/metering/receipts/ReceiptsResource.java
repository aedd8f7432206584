package io.weir.metering.receipts;

import io.quarkus.security.Authenticated;
import io.smallrye.mutiny.Uni;
import io.weir.contracts.holds.Receipt;
import io.weir.contracts.id.StreamId;
import io.weir.contracts.problem.ProblemType;
import io.weir.metering.access.Caller;
import io.weir.metering.answer.ProblemException;
import io.weir.metering.ledger.Ledger;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** What one stream used and cost. */
@Path("/v1/streams/{stream}/receipt")
@Tag(name = "receipts")
@Produces(MediaType.APPLICATION_JSON)
@Authenticated
public class ReceiptsResource {
    private final Ledger ledger;
    private final Caller caller;
    private final ReceiptSigner signer;

    ReceiptsResource(Ledger ledger, Caller caller, ReceiptSigner signer) {
        this.ledger = ledger;
        this.caller = caller;
        this.signer = signer;
    }

    /** The receipt; another account's stream is as unknown as one that never was. */
    @GET
    @Operation(
            summary = "Receipt of a stream",
            description = "With account, only if the stream is that account's: services ask on a caller's behalf.")
    public Uni<Receipt> receipt(
            @PathParam("stream") String stream, @QueryParam("account") @Nullable String onBehalfOf) {
        return find(stream, onBehalfOf);
    }

    /** The same, signed. */
    @GET
    @Path("/signed")
    @Produces("application/jose")
    @Operation(
            summary = "Receipt of a settled stream as a compact JWS (EdDSA)",
            description = "Its keys are at /v1/receipts/keys; docs/billing/verify-receipt.mjs checks it offline.")
    @APIResponse(responseCode = "200", description = "header.receipt.signature")
    @APIResponse(responseCode = "409", description = "the stream is not settled yet")
    public Uni<String> signed(@PathParam("stream") String stream, @QueryParam("account") @Nullable String onBehalfOf) {
        return find(stream, onBehalfOf).chain(receipt -> signer.sign(settled(receipt)));
    }

    /** The same, to be printed. */
    @GET
    @Path("/page")
    @Produces("text/html;charset=UTF-8")
    @Operation(summary = "Receipt of a stream as a page to print")
    public Uni<String> page(@PathParam("stream") String stream, @QueryParam("account") @Nullable String onBehalfOf) {
        return find(stream, onBehalfOf).map(ReceiptPage::of);
    }

    private static Receipt settled(Receipt receipt) {
        if (!receipt.state().equals("settled")) {
            throw new ProblemException(ProblemType.CONFLICT, "The stream is not settled yet.");
        }
        return receipt;
    }

    private Uni<Receipt> find(String stream, @Nullable String onBehalfOf) {
        StreamId id = stream(stream);
        return ledger.receipt(id).map(found -> found.filter(receipt -> caller.mayRead(receipt.account()))
                .filter(receipt ->
                        onBehalfOf == null || receipt.account().value().equals(onBehalfOf))
                .orElseThrow(ReceiptsResource::unknown));
    }

    private static StreamId stream(String text) {
        try {
            return StreamId.parse(text);
        } catch (IllegalArgumentException _) {
            throw unknown();
        }
    }

    private static ProblemException unknown() {
        return new ProblemException(ProblemType.NOT_FOUND, "No such stream.");
    }
}
