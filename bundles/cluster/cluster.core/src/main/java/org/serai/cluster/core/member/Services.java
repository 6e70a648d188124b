package org.serai.cluster.core.member;

/** Where services are offered. */
public interface Services {
    /** Offers a service until the returned action is run; its users are gone at the return of that. */
    <S> Runnable offer(Class<S> type, S service);
}
