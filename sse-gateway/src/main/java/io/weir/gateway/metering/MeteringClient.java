package io.weir.gateway.metering;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.quarkus.runtime.annotations.RegisterForReflection;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.weir.contracts.holds.ClaimReply;
import io.weir.contracts.holds.ClaimRequest;
import io.weir.contracts.holds.Price;
import io.weir.contracts.holds.ReserveReply;
import io.weir.contracts.holds.ReserveRequest;
import io.weir.contracts.holds.SettleReply;
import io.weir.contracts.holds.SettleRequest;
import io.weir.contracts.holds.UpdateBatch;
import io.weir.contracts.holds.UpdateReply;
import io.weir.contracts.id.AccountId;
import io.weir.contracts.id.AgentName;
import io.weir.contracts.id.SessionId;
import io.weir.contracts.id.StreamId;
import io.weir.contracts.id.TenantId;
import io.weir.contracts.problem.Problem;
import io.weir.contracts.slots.SlotReply;
import io.weir.contracts.slots.SlotRequest;
import io.weir.contracts.stream.EndReason;
import io.weir.contracts.stream.StreamHeader;
import io.weir.contracts.stream.Totals;
import io.weir.contracts.stream.UsageSource;
import io.weir.contracts.ticket.TicketClaims;
import io.weir.gateway.config.GatewayConfig;
import io.weir.gateway.net.ServiceClient;
import io.weir.gateway.net.ServiceClient.Answer;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.net.URI;

/** Metering's HTTP interface, as far as a gateway uses it. */
@ApplicationScoped
@RegisterForReflection(
        targets = {
            AccountId.class,
            AgentName.class,
            ClaimReply.class,
            ClaimRequest.class,
            EndReason.class,
            Price.class,
            Problem.class,
            ReserveReply.class,
            ReserveRequest.class,
            SessionId.class,
            SettleReply.class,
            SettleRequest.class,
            SlotReply.class,
            SlotRequest.class,
            StreamHeader.class,
            StreamId.class,
            TenantId.class,
            TicketClaims.class,
            Totals.class,
            UpdateBatch.class,
            UpdateBatch.Update.class,
            UpdateReply.class,
            UpdateReply.Extension.class,
            UsageSource.class
        })
class MeteringClient {
    private final GatewayConfig config;
    private final ServiceClient services;
    private final ObjectMapper json;

    MeteringClient(GatewayConfig config, ServiceClient services, ObjectMapper json) {
        this.config = config;
        this.services = services;
        this.json = json;
    }

    /** Posts {@code body} to {@code path}; fails only if no answer came. */
    Future<Answer> post(HttpClient client, String path, Object body) {
        try {
            URI target = URI.create(config.meteringUrl() + path);
            return services.post(
                    client,
                    target,
                    Buffer.buffer(json.writeValueAsBytes(body)),
                    config.times().metering());
        } catch (JsonProcessingException e) {
            return Future.failedFuture(e);
        }
    }

    /** Reads an answer's body. */
    <T> Future<T> read(Answer answer, Class<T> type) {
        try {
            return Future.succeededFuture(json.readValue(answer.body().getBytes(), type));
        } catch (IOException e) {
            return Future.failedFuture(e);
        }
    }
}
