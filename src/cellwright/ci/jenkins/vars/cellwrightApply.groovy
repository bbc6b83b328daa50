/**
 * The job that applies changes. The plans are made first and kept in the fleet's artifact store; exactly these are
 * applied once somebody has approved them. With RUN it goes on with a run of an earlier build.
 */
def call() {
    String person = cellwrightPerson()
    List selectors = (params.SELECTORS ?: '').tokenize()
    Map wanted = [selectors: selectors, destroy: params.DESTROY == true, reason: params.REASON ?: '']
    String earlier = (params.RUN ?: '').trim()
    String run = cellwrightNode(actor: person) {
        earlier ? cellwrightBegin.resume(earlier) : cellwrightBegin.apply(wanted)
    }
    cellwrightRun(run, [actor: person, ask: 'Apply'])
}
