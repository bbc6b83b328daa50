/**
 * The job that adds a client: a form with its name, account and tier. Pressing the button is the approval, unless
 * REVIEW is ticked or the fleet demands a second person: then the plans are shown and somebody is asked.
 */
def call() {
    String person = cellwrightPerson()
    String name = (params.NAME ?: '').trim()
    currentBuild.displayName = "#${currentBuild.number} ${name}".toString()
    Map wanted = [name: name, set: settingsOfForm(), reason: params.REASON ?: '', again: params.AGAIN == true]
    String run = cellwrightNode(actor: person) {
        cellwrightBegin.onboard(wanted, params.REVIEW != true)
    }
    cellwrightRun(run, [actor: person, ask: "Client ${name}".toString()])
}

/** Account, tier and whatever else the fleet gives a choice of, by their own fields; the rest a line each. */
List settingsOfForm() {
    List found = []
    for (name in params.keySet().toList()) {
        String key = name == 'ACCOUNT' ? 'account' : name == 'TIER' ? 'tier' : name.startsWith('SET_') ? name.drop(4) : ''
        if (key && params[name]) {
            found << "${key}=${params[name]}".toString()
        }
    }
    for (line in (params.SETTINGS ?: '').readLines()) {
        if (line.trim()) {
            found << line.trim()
        }
    }
    return found
}
