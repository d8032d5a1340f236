/*
 * Threads that take the tasks of a slot, then wait for each other; the last one does what is serial.
 * Which thread takes which task changes nothing: tasks write places of their own.
 */
struct job {
  char *arena;
  const void *const *given; /* What is there step by step, then the rows of examples. */
  const int32_t *indices;   /* [steps, batch] */
  float *losses;            /* [losses, steps] */
  long steps;
  int threads;
};

struct team {
  struct job job;
  atomic_int next, arrived, round, sleepers, ids;
  pthread_mutex_t mutex;
  pthread_cond_t wake;
};

/* How often a thread looks whether the others are there before it sleeps. */
enum { LOOKS = 2000, MAX_THREADS = 256 };

INLINE void relax(void) {
#if defined(__x86_64__) || defined(__i386__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  __asm__ volatile("yield");
#endif
}

static void meet(struct team *team, long step, int slot, char *scratch) {
  const int round = atomic_load(&team->round);
  if (atomic_fetch_add(&team->arrived, 1) == team->job.threads - 1) {
    SERIAL[slot](&team->job, step, scratch);
    atomic_store(&team->next, 0);
    atomic_store(&team->arrived, 0);
    atomic_store(&team->round, round + 1);
    if (atomic_load(&team->sleepers) > 0) {
      pthread_mutex_lock(&team->mutex);
      pthread_cond_broadcast(&team->wake);
      pthread_mutex_unlock(&team->mutex);
    }
    return;
  }
  for (int look = 0; look < LOOKS; look++) {
    if (atomic_load(&team->round) != round) return;
    relax();
  }
  pthread_mutex_lock(&team->mutex);
  atomic_fetch_add(&team->sleepers, 1);
  while (atomic_load(&team->round) == round) pthread_cond_wait(&team->wake, &team->mutex);
  atomic_fetch_sub(&team->sleepers, 1);
  pthread_mutex_unlock(&team->mutex);
}

static void *work(void *argument) {
  struct team *team = argument;
  const int id = atomic_fetch_add(&team->ids, 1);
  char *scratch = team->job.arena + ARENA + (long)id * SCRATCH;
  for (long step = 0; step < team->job.steps; step++) {
    for (int slot = 0; slot < SLOTS; slot++) {
      for (int task; (task = atomic_fetch_add(&team->next, 1)) < TASKS[slot];) {
        PARALLEL[slot](&team->job, step, task, scratch);
      }
      meet(team, step, slot, scratch);
    }
  }
  return NULL;
}

static void *enter(void *argument) {
  struct team *team = argument;
  pthread_mutex_lock(&team->mutex);
  pthread_mutex_unlock(&team->mutex);
  return work(team);
}

/* Takes steps; gives the number of threads that did. */
int glimpse_run(char *arena, const void *const *given, const int32_t *indices, float *losses,
                int64_t steps, int32_t threads) {
  struct team team = { .job = { arena, given, indices, losses, steps, 1 } };
  pthread_t others[MAX_THREADS];
  int started = 0;
  pthread_mutex_init(&team.mutex, NULL);
  pthread_cond_init(&team.wake, NULL);
  /* They wait at the gate until all that could be started are counted. */
  pthread_mutex_lock(&team.mutex);
  while (started < threads - 1 && started < MAX_THREADS &&
         pthread_create(&others[started], NULL, enter, &team) == 0) started++;
  team.job.threads = started + 1;
  pthread_mutex_unlock(&team.mutex);
  work(&team);
  for (int i = 0; i < started; i++) pthread_join(others[i], NULL);
  pthread_cond_destroy(&team.wake);
  pthread_mutex_destroy(&team.mutex);
  return started + 1;
}
