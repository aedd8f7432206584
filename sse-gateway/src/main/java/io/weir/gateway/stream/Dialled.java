package io.weir.gateway.stream;

import io.weir.contracts.stream.EndReason;
import io.weir.contracts.ticket.TicketClaims;
import io.weir.gateway.config.AgentsConfig;
import io.weir.gateway.machines.Wish;
import io.weir.gateway.upstream.Question;

/** A machine that is called, and answers. It has no way to hear anything beside its request. */
final class Dialled implements Source {
    private final Told told;
    private final Question question;
    private final AgentSide agentSide;
    private final Dispatch dispatch;

    Dialled(Neighbours near, TicketClaims ticket, AgentsConfig.Agent agent, Question question, Told told) {
        this.told = told;
        this.question = question;
        this.agentSide = new AgentSide(near, ticket, agent, told);
        this.dispatch = new Dispatch(
                near,
                new Dispatch.Request(
                        ticket.stream().toString(),
                        agent,
                        new Wish(agent.app(), agentSide.session(), agent.stateless(), question.machine())),
                agentSide);
    }

    @Override
    public void start(long mostTokens) {
        agentSide.ask(question, mostTokens);
        dispatch.start(told.context());
    }

    @Override
    public void tick(long nowNanos) {
        dispatch.tick(nowNanos);
    }

    @Override
    public void close(EndReason reason) {
        dispatch.cancel();
    }
}
