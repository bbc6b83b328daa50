/**
 * Gives the id of the person who pressed the button; fails the build if nobody did.
 *
 * The causes are Jenkins' own record. Variables and parameters are not asked: whoever starts a build sets those.
 */
def call() {
    String found = known()
    if (!found) {
        error('Nobody is named who has started this build, so nothing is begun. Sign in and press the button.')
    }
    return found
}

/** Gives that id, or an empty text for a build that a timer or another program has started. */
String known() {
    for (cause in currentBuild.getBuildCauses('hudson.model.Cause$UserIdCause')) {
        String id = named(cause.userId)
        if (id) {
            return id
        }
    }
    return ''
}

/** Gives the name of a person; empty for those that are none. */
String named(Object id) {
    String text = id == null ? '' : id.toString().trim()
    return text.toLowerCase() in ['', 'null', 'anonymous', 'system', 'unknown'] ? '' : text
}
