package io.weir.metering.usage;

import io.quarkus.runtime.annotations.RegisterForReflection;
import io.quarkus.security.Authenticated;
import io.smallrye.mutiny.Uni;
import io.weir.metering.access.Caller;
import io.weir.metering.usage.Formats.Page;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;
import java.time.InstantSource;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.ExampleObject;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** What was used: sums by time and group, and the single settlements behind them. */
@Path("/v1/usage")
@Tag(name = "usage")
@Authenticated
@RegisterForReflection(
        targets = {
            UsageReport.class,
            UsageReport.Watermark.class,
            UsageRow.class,
            UsageRecord.class,
            TokenSums.class,
            RecordPage.class
        })
public class UsageResource {
    private static final String ROW_HEADER =
            "start,account,key,app,agent,model,session,end_reason,streams,input,cached,"
                    + "cache_write,output,reasoning,charge_micro,receivable_micro";
    private static final String RECORD_HEADER = "number,at,stream,late,account,key,app,agent,model,session,end_reason,"
            + "input,cached,cache_write,output,reasoning,price_name,price_version,input_nano,cached_nano,"
            + "cache_write_nano,output_nano,reasoning_nano,request_micro,charge_micro,receivable_micro";

    private final UsageReader usage;
    private final RecordReader records;
    private final Formats formats;
    private final Caller caller;
    private final InstantSource clock = InstantSource.system();

    UsageResource(UsageReader usage, RecordReader records, Formats formats, Caller caller) {
        this.usage = usage;
        this.records = records;
        this.formats = formats;
        this.caller = caller;
    }

    /** Sums. */
    @GET
    @Operation(
            summary = "Usage by time and group",
            description = "Sums of what was settled in each window, exactly those of the ledger up to the watermark,"
                    + " which is about two seconds behind. A stream counts when it is settled, its late correction when"
                    + " that comes. Billing and admin see all accounts, everybody else the own one. CSV and NDJSON name"
                    + " the next page in Link and the watermark in Weir-Watermark.")
    @APIResponse(
            responseCode = "200",
            description = "a page",
            content =
                    @Content(
                            mediaType = MediaType.APPLICATION_JSON,
                            schema = @Schema(implementation = UsageReport.class),
                            examples =
                                    @ExampleObject(
                                            name = "by day and model",
                                            value =
                                                    "{\"from\":\"2026-12-01T00:00:00Z\",\"to\":\"2026-12-02T00:00:00Z\","
                                                            + "\"timeZone\":\"UTC\",\"window\":\"DAY\",\"groupBy\":[\"model\"],"
                                                            + "\"watermark\":{\"number\":4711,\"at\":\"2026-12-01T09:30:00Z\"},"
                                                            + "\"rows\":[{\"start\":\"2026-12-01T00:00:00Z\",\"model\":\"demo-1\","
                                                            + "\"streams\":12,\"tokens\":{\"input\":1200,\"cached\":0,"
                                                            + "\"cacheWrite\":0,\"output\":3400,\"reasoning\":0},"
                                                            + "\"chargeMicro\":\"7400\",\"receivableMicro\":\"0\"}]}")))
    @APIResponse(responseCode = "400", description = "a parameter cannot be, or the time is too long for the window")
    public Uni<Response> usage(@BeanParam UsageRequest request, @Context UriInfo uri) {
        var query = request.sums(caller, clock.instant());
        Formats.chosen(request.format, request.accept);
        return usage.read(query)
                .map(report -> formats.answer(
                        new Page<>(report, report.rows(), report.watermark().number(), report.next()),
                        request.format,
                        request.accept,
                        uri,
                        ROW_HEADER,
                        UsageResource::line));
    }

    /** Single settlements. */
    @GET
    @Path("/records")
    @Operation(
            summary = "Settled streams and late corrections, one by one, oldest first unless order says newest",
            description =
                    "Each with its price, so that every charge can be computed again. At most 100 days at a time.")
    @APIResponse(
            responseCode = "200",
            description = "a page",
            content =
                    @Content(
                            mediaType = MediaType.APPLICATION_JSON,
                            schema = @Schema(implementation = RecordPage.class)))
    public Uni<Response> records(@BeanParam UsageRequest request, @Context UriInfo uri) {
        var query = request.records(caller, clock.instant());
        Formats.chosen(request.format, request.accept);
        return records.read(query)
                .map(page -> formats.answer(
                        new Page<>(page, page.records(), page.watermark().number(), page.next()),
                        request.format,
                        request.accept,
                        uri,
                        RECORD_HEADER,
                        UsageResource::line));
    }

    private static String line(UsageRow row) {
        var tokens = row.tokens();
        return Formats.line(
                row.start(),
                row.account(),
                row.key(),
                row.app(),
                row.agent(),
                row.model(),
                row.session(),
                row.endReason(),
                row.streams(),
                tokens.input(),
                tokens.cached(),
                tokens.cacheWrite(),
                tokens.output(),
                tokens.reasoning(),
                row.chargeMicro(),
                row.receivableMicro());
    }

    private static String line(UsageRecord row) {
        var tokens = row.tokens();
        var price = row.price();
        return Formats.line(
                row.number(),
                row.at(),
                row.stream(),
                row.late(),
                row.account(),
                row.key(),
                row.app(),
                row.agent(),
                row.model(),
                row.session(),
                row.endReason(),
                tokens.input(),
                tokens.cached(),
                tokens.cacheWrite(),
                tokens.output(),
                tokens.reasoning(),
                row.priceName(),
                price.version(),
                price.inputNano(),
                price.cachedNano(),
                price.cacheWriteNano(),
                price.outputNano(),
                price.reasoningNano(),
                price.requestMicro(),
                row.chargeMicro(),
                row.receivableMicro());
    }
}
