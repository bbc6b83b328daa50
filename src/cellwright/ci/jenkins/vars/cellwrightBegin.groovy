import groovy.json.JsonOutput

/**
 * Begins a run and gives its id. What is wanted goes into a file: no value of a form is ever part of a command.
 *
 * Asked again by the same build, it gives the same run.
 */
String onboard(Map wanted, boolean approved) {
    write(wanted)
    String run = approved
        ? sh(label: 'onboard', returnStdout: true, script: 'cellwright job onboard --yes cellwright-request.json')
        : sh(label: 'onboard', returnStdout: true, script: 'cellwright job onboard cellwright-request.json')
    return begun(run)
}

/** Empty where nothing is to be applied. */
String suspension(Map wanted) {
    write(wanted)
    return begun(sh(label: 'suspend', returnStdout: true, script: 'cellwright job suspend cellwright-request.json'))
}

/** The run plans what would be destroyed, and destroys nothing. */
String offboarding(Map wanted) {
    write(wanted + [build: env.BUILD_URL ?: env.BUILD_TAG])
    return begun(sh(label: 'plan', returnStdout: true, script: 'cellwright job offboard-plan cellwright-request.json'))
}

String apply(Map wanted) {
    write(wanted + [build: env.BUILD_URL ?: env.BUILD_TAG])
    return begun(sh(label: 'begin', returnStdout: true, script: 'cellwright job apply cellwright-request.json'))
}

/** Goes on with a run that failed or was cancelled. */
String resume(String run) {
    withEnv(["CELLWRIGHT_RUN=${run}"]) {
        return begun(sh(label: 'resume', returnStdout: true, script: 'cellwright job resume -- "$CELLWRIGHT_RUN"'))
    }
}

void write(Map wanted) {
    writeFile(file: 'cellwright-request.json', text: JsonOutput.toJson(wanted))
}

String begun(String printed) {
    String run = printed.trim()
    if (!run) {
        return ''
    }
    currentBuild.description = "run ${run}".toString()
    echo("This build follows run ${run}. It is in the ledger: whatever happens here, it can be gone on with.".toString())
    return run
}
