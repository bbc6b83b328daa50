module "further" {
  source = "../further"
}

module "outside" {
  source = "../../nowhere_else"
}
