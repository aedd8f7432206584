package io.weir.contracts.stream;

import io.weir.contracts.id.AccountId;
import io.weir.contracts.id.AgentName;
import io.weir.contracts.id.SessionId;
import io.weir.contracts.id.TenantId;
import org.jspecify.annotations.Nullable;

/**
 * What the relay has to know of a stream when its log is opened; part of the append protocol's OPEN.
 *
 * @param tenant isolation boundary
 * @param account who pays, and who may read the stream
 * @param session the conversation
 * @param topic the topic on which viewers follow it, without tenant prefix ({@code session:{id}})
 * @param vocabulary wire name of the topic vocabulary ({@code session}, {@code battle}, {@code workspace})
 * @param dialect wire name of the dialect that the stream began with
 * @param agent the agent that answers
 * @param question the user's message, published and stored by the relay; absent where there is none
 */
public record StreamHeader(
        TenantId tenant,
        AccountId account,
        SessionId session,
        String topic,
        String vocabulary,
        String dialect,
        AgentName agent,
        @Nullable String question) {}
