package io.weir.relay;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.nio.NioEventLoopGroup;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntFunction;

/**
 * Very many clients of the Supabase Realtime protocol, each as light as a socket: they join a topic, keep what they are told
 * unread but for its kind, and come back after a second or so when they are refused or cut, as the real client does.
 */
// What fails ends in a closed channel, which comes back.
@SuppressWarnings("FutureReturnValueIgnored")
final class Crowd implements AutoCloseable {
    private static final int ADDRESSES = 8;
    private static final long MIN_BACKOFF_MILLIS = 1000;
    private static final long MAX_BACKOFF_MILLIS = 2000;

    private final NioEventLoopGroup loops = new NioEventLoopGroup(1);
    private final Bootstrap bootstrap;
    private final URI base;
    private final IntFunction<String> joins;
    private final Set<Channel> open = ConcurrentHashMap.newKeySet();
    private final Set<Integer> joined = ConcurrentHashMap.newKeySet();
    private final Set<Integer> shown = ConcurrentHashMap.newKeySet();
    private final AtomicInteger refused = new AtomicInteger();
    private volatile boolean over;

    /**
     * Nobody yet.
     *
     * @param joins the text of the frame with which the client of that number joins
     */
    Crowd(URI base, IntFunction<String> joins) {
        this.base = base;
        this.joins = joins;
        this.bootstrap = new Bootstrap()
                .group(loops)
                .channel(NioSocketChannel.class)
                .option(ChannelOption.SO_REUSEADDR, true)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, 20_000);
    }

    /** So many clients begin to come. */
    void come(int count) {
        for (int i = 0; i < count; i++) {
            int number = i;
            loops.execute(() -> connect(number));
        }
    }

    /** How many have joined. */
    int joined() {
        return joined.size();
    }

    /** How many have got a snapshot or a broadcast since they were last cut. */
    int shown() {
        return shown.size();
    }

    /** How many handshakes were refused for their number. */
    int refused() {
        return refused.get();
    }

    /** All connections are lost at once, and all clients come back. */
    void cut() {
        joined.clear();
        shown.clear();
        open.forEach(Channel::close);
    }

    private void connect(int number) {
        if (over) {
            return;
        }
        bootstrap
                .clone()
                .handler(new ChannelInitializer<SocketChannel>() {
                    @Override
                    protected void initChannel(SocketChannel channel) {
                        channel.pipeline().addLast(new Client(number));
                    }
                })
                .connect(
                        new InetSocketAddress(base.getHost(), base.getPort()),
                        new InetSocketAddress("127.0.0." + (2 + number % ADDRESSES), 0))
                .addListener(connecting -> {
                    if (!connecting.isSuccess()) {
                        again(number);
                    }
                });
    }

    private void again(int number) {
        long millis = ThreadLocalRandom.current().nextLong(MIN_BACKOFF_MILLIS, MAX_BACKOFF_MILLIS);
        if (!over) {
            loops.schedule(() -> connect(number), millis, TimeUnit.MILLISECONDS);
        }
    }

    @Override
    public void close() {
        over = true;
        loops.shutdownGracefully(0, 5, TimeUnit.SECONDS).syncUninterruptibly();
    }

    private final class Client extends SimpleChannelInboundHandler<ByteBuf> {
        private final int number;
        private boolean upgraded;
        private String before = "";

        Client(int number) {
            this.number = number;
        }

        @Override
        public void channelActive(ChannelHandlerContext context) {
            open.add(context.channel());
            String request = String.join(
                    "\r\n",
                    "GET /realtime/v1/websocket?apikey=weir-local&vsn=2.0.0 HTTP/1.1",
                    "Host: relay",
                    "Upgrade: websocket",
                    "Connection: Upgrade",
                    "Sec-WebSocket-Version: 13",
                    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
                    "",
                    "");
            context.writeAndFlush(Unpooled.copiedBuffer(request, StandardCharsets.US_ASCII));
        }

        @Override
        protected void channelRead0(ChannelHandlerContext context, ByteBuf bytes) {
            String text = before + bytes.toString(StandardCharsets.ISO_8859_1);
            before = text.substring(Math.max(0, text.length() - 20));
            if (!upgraded && text.contains("\r\n\r\n")) {
                if (text.startsWith("HTTP/1.1 101")) {
                    upgraded = true;
                    context.writeAndFlush(frame(joins.apply(number)));
                } else {
                    if (text.startsWith("HTTP/1.1 429") && text.contains("etry-")) {
                        refused.incrementAndGet();
                    }
                    context.close();
                }
            }
            if (text.contains("\"status\":\"ok\"")) {
                joined.add(number);
            }
            if (text.contains("agent_response_chunk")) {
                shown.add(number);
            }
        }

        @Override
        public void channelInactive(ChannelHandlerContext context) {
            open.remove(context.channel());
            again(number);
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            context.close();
        }
    }

    /** A masked text frame; the mask is zero. */
    private static ByteBuf frame(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        ByteBuf frame = Unpooled.buffer(bytes.length + 8).writeByte(0x81);
        if (bytes.length < 126) {
            frame.writeByte(0x80 | bytes.length);
        } else {
            frame.writeByte(0x80 | 126).writeShort(bytes.length);
        }
        return frame.writeInt(0).writeBytes(bytes);
    }
}
