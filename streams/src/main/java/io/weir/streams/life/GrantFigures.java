package io.weir.streams.life;

/**
 * What has become of a grant: {@code amount = remaining + spent + lapsed + rolled}.
 *
 * @param state {@code scheduled}, {@code active}, {@code spent}, {@code expired} or {@code voided}
 * @param amountMicro how much it was
 * @param remainingMicro what is left; of an ended grant, what holds have pinned
 * @param spentMicro charged by streams
 * @param lapsedMicro left the account unused
 * @param rolledMicro carried on into the grant that follows
 */
public record GrantFigures(
        String state, long amountMicro, long remainingMicro, long spentMicro, long lapsedMicro, long rolledMicro) {}
