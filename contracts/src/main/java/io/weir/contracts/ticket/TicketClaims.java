package io.weir.contracts.ticket;

import io.weir.contracts.holds.ReserveReply;
import io.weir.contracts.id.AccountId;
import io.weir.contracts.id.AgentName;
import io.weir.contracts.id.SessionId;
import io.weir.contracts.id.StreamId;
import io.weir.contracts.id.TenantId;
import org.jspecify.annotations.Nullable;

/**
 * The private claim {@code weir} of a ticket: a JWT signed HS256 by the edge, {@code aud=sse-gateway}, {@code jti} =
 * stream id, 60 s. It opens one stream once, because a claim happens once.
 *
 * @param stream the stream to open
 * @param tenant isolation boundary
 * @param account who pays
 * @param session the conversation
 * @param agent the agent to ask
 * @param topic topic for viewers
 * @param vocabulary wire name of the topic's vocabulary
 * @param dialect wire name of the dialect the caller's endpoint promises
 * @param maxOutputTokens the caller's own limit, if it set one
 * @param bodySha256 lower-case hex SHA-256 of the request body that goes with the ticket: in proxy mode the edge's, in
 *     handoff mode the caller's own
 * @param hold what was reserved
 */
public record TicketClaims(
        StreamId stream,
        TenantId tenant,
        AccountId account,
        SessionId session,
        AgentName agent,
        String topic,
        String vocabulary,
        String dialect,
        @Nullable Long maxOutputTokens,
        String bodySha256,
        ReserveReply hold) {
    /** JWT audience. */
    public static final String AUDIENCE = "sse-gateway";
    /** Name of the private claim. */
    public static final String CLAIM = "weir";
    /** Request header that carries the ticket in proxy mode. */
    public static final String HEADER = "Weir-Ticket";
    /** Query parameter that carries it in handoff mode: the one token that may ever be in a URL. */
    public static final String PARAMETER = "ticket";

    /** The same for another body: lower-case hex SHA-256. */
    public TicketClaims forBody(String sha256) {
        return new TicketClaims(
                stream, tenant, account, session, agent, topic, vocabulary, dialect, maxOutputTokens, sha256, hold);
    }
}
