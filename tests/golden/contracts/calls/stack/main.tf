module "missing" {
  source = "./nowhere"
}

module "empty" {
  source = "./empty"
}

module "broken" {
  source = "./broken"
}

module "computed" {
  source = local.somewhere
}
