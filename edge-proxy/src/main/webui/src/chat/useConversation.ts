import { useEffect, useState } from 'react';
import { edge } from '../api/edge';
import { isFresh, wrote } from '../app/route';
import { SESSION_EVENTS, TopicChannel, type Channel, type ChannelPorts } from '../realtime/TopicChannel';
import { Conversation } from './Conversation';

/** The conversation of the session in the address, opened and closed with it. */
export function useConversation(
  session: string | null,
  realtimeKey: string,
  signedOut: () => void,
  credits: (availableMicro: string | null) => void,
  sessionsChanged: () => void,
): Conversation | null {
  const [conversation, setConversation] = useState<Conversation | null>(null);

  useEffect(() => {
    if (session === null) return;
    const channel = (ports: ChannelPorts): Channel => new TopicChannel(`session:${session}`, SESSION_EVENTS, realtimeKey, ports);
    const opened = new Conversation(session, isFresh(session), channel, edge, {
      signedOut,
      credits,
      sessionsChanged: () => {
        wrote(session);
        sessionsChanged();
      },
    });
    opened.open();
    setConversation(opened);
    return () => {
      opened.close();
      setConversation(null);
    };
  }, [session, realtimeKey, signedOut, credits, sessionsChanged]);

  return conversation;
}
